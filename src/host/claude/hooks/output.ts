/** A hook's answer to the host: text that joins the conversation, as one JSON line. */
export function hookOutput(event: "SessionStart" | "UserPromptSubmit", additionalContext: string): string {
  return `${JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext } })}\n`;
}
