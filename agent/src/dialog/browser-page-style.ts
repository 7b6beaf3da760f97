/** Of the agent's own pages in a recorded browser: one sheet in the middle of a dark ground, its buttons at the end. */
export const browserPageStyle = `
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #1f3a5f; font: 18px/1.5 sans-serif }
  main { box-sizing: border-box; width: min(44rem, 92vw); padding: 2rem; background: #fff; color: #1a1a1a; border-radius: 8px }
  h1 { margin: 0 0 1rem; font-size: 1.4rem }
  p { white-space: pre-wrap; overflow-wrap: anywhere }
  footer { display: flex; gap: 1rem; justify-content: end; margin-top: 2rem }
  button { font: inherit; padding: .6rem 1.6rem; cursor: pointer }
`;
