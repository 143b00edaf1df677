/** Follows the code in the link's fragment: it never reaches a log, because browsers do not send fragments. */
export const signInScript = `
const code = location.hash.slice(1);
const state = document.getElementById('state');
history.replaceState(null, '', '/');
if (code) {
  fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
    .then(async answer => {
      if (answer.ok) return location.reload();
      const { message, nextStep } = await answer.json();
      state.textContent = message + ' ' + nextStep;
    })
    .catch(() => (state.textContent = 'The sync server does not answer.'));
}`;

export const dashboardScript = `
const ask = document.getElementById('ask');
const part = id => document.getElementById(id);
const post = async (path, body) => {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).message);
};
const acts = {
  revoke: ['Revoke', 'Its connections end now, and this server lets it in no more. Its team still counts it as a member until an owner removes it.'],
  readmit: ['Readmit', 'This server lets it in again, as far as its team does.'],
  'end-sign-in': ['Sign out', 'Its connections end now, and this server lets it in again once somebody signs in for it.'],
};
let asked = null;
for (const button of document.querySelectorAll('[data-act]'))
  button.addEventListener('click', () => {
    asked = button.dataset;
    const [word, effect] = acts[asked.act];
    part('question').textContent = word + ' ' + asked.who + '?';
    part('effect').textContent = effect;
    part('confirm').textContent = word;
    part('failure').textContent = '';
    ask.showModal();
  });
part('cancel').addEventListener('click', () => ask.close());
part('confirm').addEventListener('click', () =>
  post('/api/' + asked.act, { device: asked.device }).then(
    () => location.reload(),
    error => (part('failure').textContent = error.message),
  ),
);
part('sign-out').addEventListener('click', () => post('/api/sign-out', {}).then(() => location.reload()));`;
