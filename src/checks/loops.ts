/** Finds what leads back to itself in a directed graph (Kosaraju's algorithm: no recursion). Pure. */

/** From each vertex to those it leads to; these need no entry of their own. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * For each vertex that leads back to itself, its loop: two have the same one if and only if each can be reached from the other. A loop is
 * called by its least vertex, so that it keeps its name while the rest of the graph changes.
 */
export function loopsOf(graph: Graph): ReadonlyMap<string, string> {
  const back = reversed(graph);
  const seen = new Set<string>();
  const loops = new Map<string, string>();
  for (const start of leavingOrder(graph).reverse()) {
    if (seen.has(start)) continue;
    const together = reachable(start, back, seen);
    if (together.length === 1 && !graph.get(start)?.includes(start)) continue;
    const [name = start] = together.sort();
    for (const vertex of together) loops.set(vertex, name);
  }
  return loops;
}

/** All vertices, in the order in which a walk in depth is done with them. */
function leavingOrder(graph: Graph): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  // A vertex is put back before those it leads to: when it comes up again, these are done.
  const path = [...graph.keys()].map((vertex) => ({ vertex, isDone: false }));
  for (let step = path.pop(); step !== undefined; step = path.pop()) {
    const { vertex, isDone } = step;
    if (isDone) order.push(vertex);
    if (isDone || seen.has(vertex)) continue;
    seen.add(vertex);
    path.push({ vertex, isDone: true });
    for (const next of graph.get(vertex) ?? []) path.push({ vertex: next, isDone: false });
  }
  return order;
}

/** `start` and what it leads to, without what was seen before. */
function reachable(start: string, graph: Graph, seen: Set<string>): string[] {
  // Grows while it is gone through.
  const reached = [start];
  seen.add(start);
  for (const vertex of reached) {
    for (const next of graph.get(vertex) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached.push(next);
    }
  }
  return reached;
}

function reversed(graph: Graph): Graph {
  const back = new Map<string, string[]>();
  for (const [vertex, nexts] of graph) {
    for (const next of nexts) {
      const befores = back.get(next);
      if (befores === undefined) back.set(next, [vertex]);
      else befores.push(vertex);
    }
  }
  return back;
}
