/** Send feedback. */

export const feedbackEn = {
  title: "Send feedback",
  kind: "What is it about?",
  kinds: {
    bug: "Something is broken",
    idea: "An idea",
    question: "A question",
    abuse: "A notebook does harm",
  },
  describe: "Describe your feedback",
  hints: {
    bug: "What did you do, what did you expect, and what happened?",
    idea: "What would help you?",
    question: "What would you like to know?",
    abuse: "What does the notebook do, and to whom?",
  },
  screenshot: "Screenshot",
  capture: "Capture screenshot",
  choose: "Choose a picture",
  orPaste: "or paste one",
  noPicture: "This is not a picture that the browser can read.",
  paint: "Draw over what is private: it is blacked out before the picture is sent.",
  undoPaint: "Undo",
  removeShot: "Remove screenshot",
  includeDiagnostics: "Include diagnostics",
  showDiagnostics: "Show what is sent",
  includeCells: "Include the text of this notebook's cells",
  contact: "I would like an answer",
  email: "Your email address",
  send: "Send",
  follow: "See your message and its answers",
  kept: "The platform cannot be reached right now. Your message is kept in this browser and sent by itself as soon as it can be.",
  notKept:
    "The platform cannot be reached, and this browser cannot keep the message. Copy your text and try again later.",
  arrived: (names: string) => `Your message was sent: ${names}. Thank you.`,
  reportError: "Report a bug",
  errorText: (error: string) =>
    `A cell ended with this error:\n\n${error}\n\nI think that this is the platform's fault, because `,
}
