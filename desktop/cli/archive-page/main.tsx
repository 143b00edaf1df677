import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { readArchive } from './archive-data.ts';

// The data stand behind this script.
addEventListener('DOMContentLoaded', () =>
  createRoot(document.getElementById('app')!).render(<App data={readArchive()} />),
);
