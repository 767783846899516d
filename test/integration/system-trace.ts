/** Reads strace's output (`-f -o`): calls with their place in the order of events, halves of interrupted lines put together. */

export interface SystemCall {
  readonly name: string;
  /** First argument as written: a descriptor, or an address. */
  readonly fd: string;
  /** Arguments as strace prints them. */
  readonly text: string;
  readonly result: string;
  /** Line numbers: the call began here and was over there. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const WHOLE = /^(\d+)\s+(\w+)\((.*)\)\s+= (\S+)/s;
const BEGUN = /^(\d+)\s+(\w+)\((.*) <unfinished \.\.\.>$/s;
const RESUMED = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)\)\s+= (\S+)/s;

export function parseTrace(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, { readonly text: string; readonly startedAt: number }>();
  for (const [line, content] of trace.split('\n').entries()) {
    const begun = BEGUN.exec(content);
    const ended = RESUMED.exec(content) ?? WHOLE.exec(content);
    if (begun !== null) open.set(`${begun[1]} ${begun[2]}`, { text: begun[3] as string, startedAt: line });
    else if (ended !== null) calls.push(callOf(ended, line, open.get(`${ended[1]} ${ended[2]}`)));
    if (ended !== null) open.delete(`${ended[1]} ${ended[2]}`);
  }
  return calls.sort((a, b) => a.endedAt - b.endedAt);
}

function callOf(
  match: RegExpExecArray,
  line: number,
  start: { readonly text: string; readonly startedAt: number } | undefined,
): SystemCall {
  const text = (start?.text ?? '') + (match[3] as string);
  const fd = /^[^,)]*/.exec(text)?.[0].trim() ?? '';
  return { name: match[2] as string, fd, text, result: match[4] as string, startedAt: start?.startedAt ?? line, endedAt: line };
}
