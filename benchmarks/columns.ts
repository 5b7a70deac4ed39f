// Rows of cells as text whose columns stand below each other.

export function columns(rows: readonly (readonly string[])[]): string {
  const count = Math.max(0, ...rows.map(cells => cells.length))
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map(cells => cells[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map(cells => line(cells).trimEnd()).join('\n')
}
