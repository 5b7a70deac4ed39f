// A district of twelve grids and its sixty workers: teams by trade, area and shift, who goes how, and who is away that day.
//
//          west            east
//   grid   1    2    3    4      row 1: patrol team 1      a grid is a square of 800 m; a patrol has a row of them,
//          5    6    7    8      row 2: patrol team 2      the cleaners a half; the duty officers go everywhere
//          9   10   11   12      row 3: patrol team 3
import { boundsAround, type Position } from '../../core/geo.ts'
import type { GridId, TeamId, WorkerId } from '../../core/ids.ts'
import { type RuleKind, ZONE_RULES } from '../../core/observation.ts'
import { type Team, teamSchema } from '../../core/team.ts'
import type { EpochMs } from '../../core/time.ts'
import type { ShiftOverride, Worker } from '../../core/worker.ts'
import { keyedRandom, pickWeighted } from './keyed-random.ts'

const COLUMNS = 4
const ROWS = 3
const GRID_M = 800
/** The north-west corner. */
const CORNER: Position = { lat: 30.26, lon: 120.15 }

/** Straight lines are ridden or walked along streets. */
export const DETOUR = 1.3
/** Metres a second, stops included. The product's own reckoning is 5 by e-bike. */
export const SPEEDS = { 'e-bike': 5, car: 7, foot: 1.4 } as const
export type Mode = keyof typeof SPEEDS
const MODES: readonly (readonly [Mode, number])[] = [
  ['e-bike', 0.7],
  ['car', 0.1],
  ['foot', 0.2],
]
const PATROL: readonly RuleKind[] = ['illegal-parking', 'crowding']
const CLEANING: readonly RuleKind[] = ['overflowing-bin', 'dirty-road']
/** Of all workers: who is on leave, and whose phone never says where it is. */
const AWAY_SHARE = 0.05
const UNSEEN_SHARE = 0.1

export interface Person {
  readonly worker: Worker
  readonly mode: Mode
  /** Where they are when the day begins. */
  readonly home: Position
  readonly sharesPosition: boolean
}

export interface District {
  readonly teams: readonly Team[]
  readonly people: readonly Person[]
  readonly overrides: readonly ShiftOverride[]
}

const gridId = (index: number) => `grid-${String(index + 1).padStart(2, '0')}` as GridId
export const GRIDS: readonly GridId[] = Array.from({ length: COLUMNS * ROWS }, (_, index) => gridId(index))
const inRow = (row: number) => GRIDS.filter((_, index) => Math.floor(index / COLUMNS) === row)
const inHalf = (half: number) => GRIDS.filter((_, index) => Math.floor((index % COLUMNS) / (COLUMNS / 2)) === half)

/** A degree of longitude is shorter than one of latitude: as many degrees as a grid is wide, and high. */
const { south, east } = boundsAround(CORNER, GRID_M)
const STEP: Position = { lat: CORNER.lat - south, lon: east - CORNER.lon }

/** Somewhere in a grid. */
export function placeIn(grid: GridId, random: () => number): Position {
  const index = GRIDS.indexOf(grid)
  return {
    lat: CORNER.lat - STEP.lat * (Math.floor(index / COLUMNS) + random()),
    lon: CORNER.lon + STEP.lon * ((index % COLUMNS) + random()),
  }
}

interface Crew {
  readonly id: string
  readonly size: number
  readonly skills: readonly RuleKind[]
  readonly grids: readonly GridId[]
  readonly onDuty?: boolean
  readonly from: string
  readonly to: string
}

const SHIFTS = { early: ['06:00', '14:00'], late: ['14:00', '22:00'], night: ['22:00', '06:00'] } as const
const CREWS: readonly Crew[] = [
  ...[0, 1, 2].flatMap(row =>
    (['early', 'late', 'night'] as const).map((shift): Crew => {
      const [from, to] = SHIFTS[shift]
      const size = shift === 'night' ? 2 : 5
      return { id: `patrol-${row + 1}-${shift}`, size, skills: PATROL, grids: inRow(row), from, to }
    }),
  ),
  ...[0, 1].flatMap((half): readonly Crew[] => {
    const own = { skills: CLEANING, grids: inHalf(half) }
    return [
      { id: `clean-${half + 1}-early`, size: 5, ...own, from: '05:00', to: '13:00' },
      { id: `clean-${half + 1}-late`, size: 4, ...own, from: '13:00', to: '21:00' },
    ]
  }),
  ...(['early', 'late', 'night'] as const).map((shift): Crew => {
    const [from, to] = SHIFTS[shift]
    return { id: `duty-${shift}`, size: 2, skills: ZONE_RULES, grids: [gridId(5)], onDuty: true, from, to }
  }),
]

/** @param day when the day begins, for who is away on it */
export function openDistrict(seed: number, day: EpochMs): District {
  const random = keyedRandom(seed, 'district')
  const people = CREWS.flatMap(crew => Array.from({ length: crew.size }, (_, index) => personOf(crew, index, random)))
  // A team of two is not left to one of them.
  const away = people.filter(({ worker }) => !worker.leader && random() < AWAY_SHARE)
  return { teams: CREWS.map(teamOf), people, overrides: away.map(({ worker }) => leaveOf(worker, day)) }
}

function teamOf({ id, skills, grids, onDuty = false, from, to }: Crew): Team {
  const neighbours = GRIDS.filter(grid => !grids.includes(grid) && touches(grid, grids))
  return teamSchema.parse({ id, name: id, skills, grids, neighbours, onDuty, shift: { from, to } })
}

/** Whether it has a side in common with one of them. */
function touches(grid: GridId, others: readonly GridId[]): boolean {
  const [row, column] = cellOf(grid)
  return others
    .map(cellOf)
    .some(([otherRow, otherColumn]) => Math.abs(row - otherRow) + Math.abs(column - otherColumn) === 1)
}

function cellOf(grid: GridId): readonly [row: number, column: number] {
  const index = GRIDS.indexOf(grid)
  return [Math.floor(index / COLUMNS), index % COLUMNS]
}

/** The first leads; of the others, every second has half of the team's grids, and a few have a cap of two. */
function personOf(crew: Crew, index: number, random: () => number): Person {
  const half = crew.grids.slice(0, Math.ceil(crew.grids.length / 2))
  const grids = index > 0 && index % 2 === 0 && half.length > 1 ? half : null
  const worker: Worker = {
    id: `${crew.id}-${index + 1}` as WorkerId,
    name: `${crew.id} ${index + 1}`,
    teamId: crew.id as TeamId,
    leader: index === 0,
    skills: null,
    grids,
    loadCap: random() < 0.2 ? 2 : 3,
    active: true,
  }
  const mode = crew.onDuty ? 'car' : pickWeighted(random, MODES)
  const beat = pickWeighted(
    random,
    (grids ?? crew.grids).map(grid => [grid, 1] as const),
  )
  return { worker, mode, home: placeIn(beat, random), sharesPosition: random() >= UNSEEN_SHARE }
}

function leaveOf({ id }: Worker, day: EpochMs): ShiftOverride {
  return {
    ...{ id: `leave-${id}`, teamId: null, workerId: id, working: false, fromAt: day, toAt: day + 2 * 86_400_000 },
    ...{ why: 'leave', note: null, createdAt: day, createdBy: 'rota' },
  }
}
