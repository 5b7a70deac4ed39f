// Classes of the networks, gathered where several of them name one and the same thing.

export const VEHICLES: readonly string[] = ['car', 'bus', 'truck']

const GROUPS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(VEHICLES.map(label => [label, 'vehicle'])),
  bicycle: 'two-wheeler',
  motorcycle: 'two-wheeler',
  bin: 'bin',
  'bin-overflow': 'bin',
}

/**
 * The group within which a class competes and is tracked: a network that wavers between car, bus and truck has still
 * seen one object. A class that is in no group stands for itself.
 */
export function groupOf(label: string): string {
  return GROUPS[label] ?? label
}
