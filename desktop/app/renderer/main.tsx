import 'uplot/dist/uPlot.min.css';
import '@benchmate/shared/ui/theme.css';
import '@benchmate/shared/ui/parts.css';
import './shell/app.css';
import { createRoot } from 'react-dom/client';
import { followEvents } from './notices/desktop-notices.ts';
import { App } from './shell/app.tsx';
import { isOnSyncServer } from './shell/base.ts';
import { pageOfMlflowLink } from './shell/mlflow-links.ts';
import { ReplicaGate, takeInvite } from './shell/replica-gate.tsx';
import { applyTheme } from './shell/theme.ts';

const linked = location.pathname === '/' ? pageOfMlflowLink(location.hash) : null;
if (linked) history.replaceState(null, '', linked);

applyTheme();
document.body.classList.add('bm');
if (!isOnSyncServer) followEvents();
const root = createRoot(document.getElementById('root')!);
if (isOnSyncServer)
  root.render(
    <ReplicaGate invite={takeInvite()}>
      <App />
    </ReplicaGate>,
  );
else root.render(<App />);
