// Runs inside the editor's extension host: mocha with the tests of this folder, results as JSON where the caller wants them.
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const output = process.env.IN_HOST_RESULTS;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    ...(output ? { reporter: 'json', reporterOptions: { output } } : {}),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./extension-test.ts');
  await import('./debug-session-test.ts');
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the tests in the extension host failed.`);
}
