// What tuning says to a person: the proposal of each zone, the incidents that it changes, and how sure that is.
import { Document, isScalar, visit } from 'yaml'
import { FEW_VERDICTS, type Rate } from '../../core/alert-precision.ts'
import { ownPlace } from '../../core/camera.ts'
import type { Incident } from '../../core/incident.ts'
import { localTime } from '../../core/periods.ts'
import { formatDuration } from '../../core/time.ts'
import { columns } from '../columns.ts'
import { LEAST_AUTO_PRECISION } from './auto-score.ts'
import { LEAST_VERDICTS, type Proposal } from './propose.ts'
import type { TunedZone } from './tune-camera.ts'

export function describeTuning(zone: TunedZone): string {
  const { found, notFound, confirmed, rejected, precision, candidates } = zone
  const name = `${zone.zone.cameraId}/${zone.zone.id} ${zone.zone.rule}`
  const head = [
    `${name}: ${count(found.length, 'incident')}, ${confirmed} confirmed, ${rejected} rejected, precision ${told(precision)}`,
    `  log from ${localTime(zone.from)} to ${localTime(zone.to)}; ${candidates - 1} other settings tried`,
    ...(notFound > 0
      ? [`  ${count(notFound, 'incident')} did not come of the log again, and count for nothing here`]
      : []),
  ]
  return [...head, ...[...verdict(zone), ...straightAway(zone)].map(line => `  ${line}`)].join('\n')
}

function verdict({ outcome, proposal, found, few, confirmed, rejected }: TunedZone): readonly string[] {
  if (outcome === 'too-few-verdicts') {
    return [
      `too few verdicts: ${confirmed + rejected}; a proposal needs ${LEAST_VERDICTS}, and is worth little below ${FEW_VERDICTS}`,
    ]
  }
  if (outcome === 'nothing-rejected') return ['nothing was rejected: nothing to tune']
  if (!proposal) return ['no other setting spares a rejected alert without losing a confirmed one']
  return [
    `proposed: ${changesOf(proposal).join(', ')}`,
    `precision would have been ${told(proposal.precision)}; to be expected ${told(proposal.expected)}`,
    ...(few ? [`fewer than ${FEW_VERDICTS} verdicts: a hint to look at, and no proof`] : []),
    `of ${count(found.length, 'incident')} ${proposal.keptCount} stay, ${proposal.lost.length} go, ${proposal.added.length} would be new`,
    ...changedTable(proposal),
  ]
}

export const changesOf = ({ candidate }: Proposal): readonly string[] =>
  Object.entries(candidate.changes).map(([option, [from, to]]) => `${option} ${from} → ${to}`)

function changedTable({ lost, added }: Proposal): readonly string[] {
  const rows = [
    ...lost.map(({ incident, verdict }) => [
      'goes',
      ...cells(incident),
      verdict === 'rejected' ? `rejected: ${incident.rejectReason ?? 'no reason'}` : (verdict ?? incident.review),
    ]),
    ...added.map(incident => ['new', ...cells(incident), 'nobody has judged it']),
  ]
  return rows.length > 0 ? columns(rows).split('\n') : []
}

/** Never in the file that is written: that nobody looks any more is for a person to write down. */
function straightAway({ zone, auto }: TunedZone): readonly string[] {
  if (!auto) {
    const least = `${LEAST_AUTO_PRECISION} (lower end of the interval), as 35 verdicts without a rejection would show`
    return [`nothing could go straight to dispatch: of what scores as high the precision must be ${least}`]
  }
  const { score, precision, straight, of } = auto
  const policy = `{ kind: ${zone.rule}, zone: ${zone.cameraId}/${zone.id}, mode: auto, autoScore: ${score} }`
  return [
    `straight to dispatch from a score of ${score} on: ${straight.length} of ${count(of, 'alert')}, precision ${told(precision)}`,
    `to have it so, write into the zone’s policy, beside what it says: ${policy}`,
    ...columns(
      straight.map(({ incident, openingScore }) => [
        'unasked',
        ...cells({ ...incident, score: openingScore }),
        incident.rejectReason ? `rejected: ${incident.rejectReason}` : incident.review,
      ]),
    ).split('\n'),
  ]
}

const cells = ({ openedAt, measure, score }: Incident): readonly string[] => [
  localTime(openedAt),
  `${measure.name} ${measure.unit === 'ms' ? formatDuration(Math.round(measure.value / 1_000) * 1_000) : measure.value}`,
  `score ${score.toFixed(2)}`,
]

const count = (of: number, what: string): string => `${of} ${what}${of === 1 ? '' : 's'}`
const told = (rate: Rate | null): string =>
  rate ? `${rate.value.toFixed(2)} (${rate.low.toFixed(2)}–${rate.high.toFixed(2)})` : '–'

/** What `jiemu cameras import` takes: the zones for which something is proposed, whole, and nothing else. */
export function proposalYaml(zones: readonly TunedZone[]): string {
  const changed = zones.flatMap(({ zone, proposal }) => (proposal ? [{ zone, proposal }] : []))
  const document = new Document({
    zones: changed.map(({ zone, proposal }) => ({
      camera: zone.cameraId,
      id: zone.id,
      name: zone.name,
      rule: zone.rule,
      polygon: zone.polygon.map(({ x, y }) => [x, y]),
      ...(zone.placeId === ownPlace(zone.cameraId, zone.id) ? {} : { place: zone.placeId }),
      ...(zone.position && { position: [zone.position.lat, zone.position.lon] }),
      options: proposal.candidate.options,
    })),
  })
  visit(document, {
    Seq: (_, node) => {
      if (node.items.every(isScalar)) node.flow = true
    },
  })
  document.commentBefore = [
    ' Proposed by jiemu tune; nothing is applied before it is imported.',
    ...changed.map(({ zone, proposal }) => ` ${zone.cameraId}/${zone.id}: ${changesOf(proposal).join(', ')}`),
  ].join('\n')
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
