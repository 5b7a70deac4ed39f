// Open311 GeoReport v2 on the wire: the same answer as XML, in the specification's element names, or as JSON.
// https://wiki.open311.org/GeoReport_v2
import { XMLBuilder } from 'fast-xml-parser'
import type { Service } from '../../core/report.ts'
import type { ReportStatus } from '../ports.ts'

export const FORMATS = ['json', 'xml'] as const
export type Format = (typeof FORMATS)[number]

type Fields = Readonly<Record<string, string | number | boolean | null>>

/** One answer in both forms; `xml` has one root element. */
export interface Answer {
  readonly json: unknown
  readonly xml: Readonly<Record<string, unknown>>
}

const builder = new XMLBuilder({ format: true, suppressEmptyNode: true, suppressBooleanAttributes: false })
const MEDIA_TYPES = { json: 'application/json; charset=utf-8', xml: 'text/xml; charset=utf-8' } as const

export function write({ json, xml }: Answer, format: Format): { readonly type: string; readonly body: string } {
  const asXml = () => `<?xml version="1.0" encoding="utf-8"?>\n${builder.build(xml)}`
  return { type: MEDIA_TYPES[format], body: format === 'json' ? JSON.stringify(json) : asXml() }
}

/** A list: in JSON an array, in XML `<root><item>…</item></root>`. What is null is an empty element. */
function list(root: string, item: string, records: readonly Fields[]): Answer {
  const filled = records.map(record =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? ''])),
  )
  return { json: records, xml: { [root]: { [item]: filled } } }
}

/** What a report may add about its service; residents need not. */
const ATTRIBUTES: Readonly<Partial<Record<Service['code'], readonly Fields[]>>> = {
  'illegal-parking': [
    {
      variable: true,
      code: 'PLATE',
      datatype: 'string',
      required: false,
      datatype_description: '例如 浙A12345 (as on the plate)',
      order: 1,
      description: '车牌号 Licence plate, if it can be read',
    },
  ],
}

export function attributeCodes(code: Service['code']): readonly string[] {
  return (ATTRIBUTES[code] ?? []).map(attribute => String(attribute.code))
}

export function services(offered: readonly Service[]): Answer {
  return list(
    'services',
    'service',
    offered.map(({ code, name, description, keywords, group }) => ({
      service_code: code,
      service_name: name,
      description,
      metadata: attributeCodes(code).length > 0,
      type: 'realtime',
      keywords: keywords.join(', '),
      group,
    })),
  )
}

export function serviceDefinition({ code }: Service): Answer {
  const attributes = ATTRIBUTES[code] ?? []
  return {
    json: { service_code: code, attributes },
    xml: { service_definition: { service_code: code, attributes: { attribute: attributes } } },
  }
}

export function taken(id: string, notice: string, accountId: string | null): Answer {
  const request = { service_request_id: id, service_notice: notice, account_id: accountId }
  return list('service_requests', 'request', [request])
}

export function token(id: string): Answer {
  return list('service_requests', 'request', [{ service_request_id: id, token: id }])
}

/** @param full with what the resident wrote: for the application that the report came by, and for nobody else */
export function requests(reports: readonly ReportStatus[], full: (report: ReportStatus) => boolean): Answer {
  return list(
    'service_requests',
    'request',
    reports.map(report => ({
      service_request_id: report.id,
      status: report.status,
      status_notes: report.statusNotes,
      service_name: report.serviceName,
      service_code: report.service,
      description: full(report) ? report.description : null,
      agency_responsible: report.agency,
      service_notice: null,
      requested_datetime: instant(report.requestedAt),
      updated_datetime: instant(report.updatedAt),
      expected_datetime: report.expectedAt === null ? null : instant(report.expectedAt),
      address: full(report) ? report.address : null,
      address_id: null,
      zipcode: null,
      lat: report.spot?.lat ?? null,
      long: report.spot?.lon ?? null,
      media_url: null,
    })),
  )
}

export function errors(code: number, description: string): Answer {
  return list('errors', 'error', [{ code, description }])
}

/** When what is offered here last changed. */
const CHANGESET = '2026-11-26T12:00:00+08:00'

/** https://wiki.open311.org/Service_Discovery */
export function discovery(address: string, contact: string): Answer {
  const endpoint = {
    specification: 'http://wiki.open311.org/GeoReport_v2',
    url: `${address}/open311/v2`,
    changeset: CHANGESET,
    type: 'production',
  }
  const formats = ['text/xml', 'application/json']
  const plain = { changeset: CHANGESET, contact, key_service: contact }
  return {
    json: { ...plain, endpoints: [{ ...endpoint, formats }] },
    xml: { discovery: { ...plain, endpoints: { endpoint: { ...endpoint, formats: { format: formats } } } } },
  }
}

const CHINA_OFFSET_MS = 8 * 3_600_000

/** With the street's own offset, as the W3C's note on dates wants one; to the second. */
function instant(at: number): string {
  return `${new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 19)}+08:00`
}
