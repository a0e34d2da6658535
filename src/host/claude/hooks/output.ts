/** A hook's answer to Claude Code: text that joins the conversation, as one JSON line. */
export function hookOutput(event: "SessionStart" | "UserPromptSubmit", additionalContext: string): string {
  return `${JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext } })}\n`;
}

/**
 * The expansion hook's answer to the person, as one JSON line: Claude Code shows the text under a heading of its own, and asks
 * the model nothing. Only 2.1.330 leaves out what was typed; 2.1.197 repeats it under the text.
 */
export function answerOutput(text: string): string {
  const hookSpecificOutput = { hookEventName: "UserPromptExpansion", suppressOriginalPrompt: true };
  return `${JSON.stringify({ decision: "block", reason: text, hookSpecificOutput })}\n`;
}
