import 'uplot/dist/uPlot.min.css';
import '@benchmate/shared/ui/theme.css';
import '@benchmate/shared/ui/parts.css';
import './shell/app.css';
import { createRoot } from 'react-dom/client';
import { App } from './shell/app.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();
document.body.classList.add('bm');
createRoot(document.getElementById('root')!).render(<App />);
