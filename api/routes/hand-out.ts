// Hands out a sheet as a file. Every export is registered by name before its first byte is sent (条例 of 2025-04-01).
import type { FastifyReply, FastifyRequest } from 'fastify'
import { actorOf } from '../access.ts'
import type { Register } from '../ports.ts'
import { csvOf } from '../sheets/csv.ts'
import { MEDIA_TYPES, type Sheet, type SheetFormat } from '../sheets/sheet.ts'
import { xlsxOf } from '../sheets/xlsx.ts'

/** @param title without an ending: letters, digits, dots and hyphens only, for it becomes a file name */
export async function hand(
  request: FastifyRequest,
  reply: FastifyReply,
  register: Register,
  format: SheetFormat,
  title: string,
  make: () => Promise<Sheet>,
): Promise<FastifyReply> {
  await registerExport(request, register, `${title}.${format}`)
  const sheet = await make()
  const body = format === 'csv' ? csvOf(sheet) : await xlsxOf(sheet)
  return reply
    .type(MEDIA_TYPES[format])
    .header('content-disposition', `attachment; filename="jiemu-${title}.${format}"`)
    .send(body)
}

/** @throws JiemuError database-unavailable: then nothing is handed out */
export async function registerExport(request: FastifyRequest, register: Register, subject: string) {
  const { name, role, scope } = actorOf(request)
  const streets = typeof scope === 'object' && 'streets' in scope ? scope.streets : []
  await register.record({
    who: name,
    role,
    purpose: 'export',
    evidenceId: null,
    incidentId: null,
    jobId: null,
    streetId: streets.length === 1 ? (streets[0] ?? null) : null,
    address: request.ip,
    subject,
  })
}
