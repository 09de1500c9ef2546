/** What rolldown tells about a module while it decides on chunks. */
interface ModuleGraph {
  getModuleInfo(
    id: string,
  ): { isEntry: boolean; importers: readonly string[] } | null;
}

/**
 * Puts everything that the page needs at once into one chunk. By themselves modules that a lazy part needs as well would be
 * chunks of their own, in each combination of parts: some dozens of small files, which compress worse than one.
 */
export function firstChunk(): (
  id: string,
  graph: ModuleGraph,
) => string | null {
  const known = new Map<string, boolean>();

  function isFirst(id: string, graph: ModuleGraph): boolean {
    const found = known.get(id);
    if (found !== undefined) return found;
    // Modules may import each other in a circle.
    known.set(id, false);
    const info = graph.getModuleInfo(id);
    const is =
      info !== null &&
      (info.isEntry ||
        info.importers.some((importer) => isFirst(importer, graph)));
    if (is) known.set(id, true);
    else known.delete(id);
    return is;
  }

  return (id, graph) => (isFirst(id, graph) ? "first" : null);
}
