import type { WebResponse } from '../web/web-exchange.ts';
import type { DemoUser } from './pool-model.ts';

const style = `
:root { color-scheme: light dark; --ink: #16191f; --soft: #5f6b7a; --paper: #fff; --ground: #f2f3f3; --line: #c6c6cd;
  --accent: #0972d3; --on-accent: #fff; --wrong: #d91515; --chosen: #f1f8ff; }
@media (prefers-color-scheme: dark) { :root { --ink: #ebebf0; --soft: #a4a4ad; --paper: #161d26; --ground: #0f141a;
  --line: #424650; --accent: #42b4ff; --on-accent: #0f141a; --wrong: #ff7a7a; --chosen: #001129; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 "Open Sans", "Helvetica Neue", Roboto, Arial, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 16px; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1.25rem; color: var(--soft); }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
legend, label.field { display: block; margin-bottom: .375rem; padding: 0; font-weight: 600; }
.user { display: flex; gap: .75rem; align-items: center; margin-bottom: .5rem; padding: .5rem .75rem;
  border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
.user:has(:checked) { border-color: var(--accent); background: var(--chosen); }
.user small { display: block; color: var(--soft); }
input[type=radio] { accent-color: var(--accent); }
input[type=text], input[type=password] { width: 100%; margin-bottom: 1.25rem; padding: .5rem .75rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 8px; }
button { width: 100%; padding: .5rem 1.25rem; font: inherit; font-weight: 700; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 20px; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[role=alert] { color: var(--wrong); }`;

export interface SignInPage {
  /** The authorization request's own query, carried along. */
  query: string;
  users: readonly Pick<DemoUser, 'username' | 'name' | 'groups'>[];
  /** The username of a try that failed. */
  failedUsername: string | undefined;
  redirectUri: string;
}

/** The sign-in form. With users to show it offers them for choosing; else it asks for a name. */
export function signInPage({ query, users, failedUsername, redirectUri }: SignInPage): WebResponse {
  const problem =
    failedUsername === undefined
      ? ''
      : '<p role="alert" id="problem">The username or password is not right. Try again.</p>';
  const describedBy = failedUsername === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"';
  const name = users.length > 0 ? userChoice(users, failedUsername) : usernameField(failedUsername);
  const body = `<h1>Sign in</h1><p>This console runs on one machine.</p>${problem}
<form method="post" action="/oidc/login?${escapeHtml(query)}">${name}
<label class="field" for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus${describedBy}>
<button type="submit">Sign in</button></form>`;
  return page(failedUsername === undefined ? 200 : 401, 'Sign in', body, new URL(redirectUri).origin);
}

export function messagePage(status: number, title: string, text: string): WebResponse {
  return page(status, title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`, '');
}

function userChoice(users: SignInPage['users'], chosen = users[0]?.username): string {
  const options = users.map(
    ({ username, name, groups }) => `<label class="user">
<input type="radio" name="username" value="${escapeHtml(username)}"${username === chosen ? ' checked' : ''} required>
<span>${escapeHtml(name)}<small>${escapeHtml([username, ...groups].join(' · '))}</small></span></label>`,
  );
  return `<fieldset><legend>Who are you?</legend>${options.join('')}</fieldset>`;
}

function usernameField(value = ''): string {
  return `<label class="field" for="username">Username or e-mail address</label>
<input id="username" name="username" type="text" autocomplete="username" value="${escapeHtml(value)}" required>`;
}

/** `formTarget`: browsers hold the redirect after a form to `form-action` too, so the client's origin must be in it. */
function page(status: number, title: string, body: string, formTarget: string): WebResponse {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formTarget}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><main>${body}</main></body></html>`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
