import { useEffect, useState } from 'react';
import type { DrawnCurves } from '@benchmate/shared/formats/archive';

declare global {
  interface Window {
    /** Called by the files in `view/`. */
    archiveSeries?: (runId: string, curves: DrawnCurves) => void;
  }
}

/** The curves of a run, from a file beside the page: a script, since a page from a file can load nothing else. */
export function useCurves(runId: string): DrawnCurves | 'reading' | 'missing' {
  const [curves, setCurves] = useState<DrawnCurves | 'reading' | 'missing'>('reading');
  useEffect(() => {
    // It stays when the page of the run is left: the script may come later still, and is then for nobody.
    window.archiveSeries = (of, drawn) => {
      if (of === runId) setCurves(drawn);
    };
    const script = document.createElement('script');
    script.src = `view/${runId}.js`;
    script.addEventListener('error', () => setCurves('missing'));
    document.head.append(script);
    return () => script.remove();
  }, [runId]);
  return curves;
}
