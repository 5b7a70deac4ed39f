// The cameras' file: what is refused, in words that help.
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import { readCamerasFile, writeCamerasFile } from './cameras-file.ts'

const camera = (more: string, source = '{ kind: rtsp, url: "rtsp://a/b" }') =>
  `cameras: [{ id: gate, name: Gate, street: north, grid: n1, source: ${source}, ${more} }]`
const zone = (polygon: string, more = '') => `{ id: bay, rule: crowding, polygon: ${polygon}${more} }`
const SQUARE = '[[0, 0], [1, 0], [1, 1], [0, 1]]'

test.each([
  [
    'an unknown key',
    camera('zone: []'),
    'config-unknown-key',
    'c.yaml: unknown key cameras.0.zone; the nearest known name is "zones"',
  ],
  [
    'an unknown key of a zone',
    camera(`zones: [${zone(SQUARE, ', plase: x')}]`),
    'config-unknown-key',
    'c.yaml: unknown key cameras.0.zones.0.plase; the nearest known name is "place"',
  ],
  [
    'an unknown section',
    'camera: []',
    'config-unknown-key',
    'c.yaml: unknown key camera; the nearest known name is "cameras"',
  ],
  ['broken YAML', 'cameras: [', 'config-invalid', /^c\.yaml: Flow sequence .* at line 1/],
  ['an id that no path may hold', camera('zones: []').replace('gate', '../x'), 'config-invalid', /cameras\.0\.id/],
  [
    'a polygon that crosses itself',
    camera(`zones: [${zone('[[0, 0], [1, 1], [1, 0], [0, 1]]')}]`),
    'zone-crosses-itself',
    'zone gate/bay: the polygon crosses itself',
  ],
  [
    'a polygon that leaves the frame',
    camera(`zones: [${zone('[[0, 0], [1.1, 0], [1, 1]]')}]`),
    'zone-outside-frame',
    'zone gate/bay: the polygon leaves the frame',
  ],
  [
    'a polygon without area',
    camera(`zones: [${zone('[[0, 0], [0.5, 0.5], [1, 1]]')}]`),
    /^zone-(empty|crosses-itself)$/,
    /^zone gate\/bay/,
  ],
  [
    'a zone twice',
    camera(`zones: [${zone(SQUARE)}, ${zone(SQUARE)}]`),
    'config-invalid',
    'c.yaml: zone "gate/bay" is there twice',
  ],
  [
    'a duration in other words',
    'policies: [{ kind: crowding, cooldown: 7 minutes }]',
    'config-invalid',
    /policies\.0\.cooldown: expected a duration/,
  ],
])('refuses %s', (_what, text, code, message) => {
  let thrown: unknown
  try {
    readCamerasFile(text, 'c.yaml', undefined)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(JiemuError)
  expect(thrown).toMatchObject({
    code: typeof code === 'string' ? code : expect.stringMatching(code),
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })
})

test('refuses a zone by the name that stands for the whole camera, and health that is neither options nor off', () => {
  const whole = camera(`zones: [${zone(SQUARE).replace('bay', 'camera-health')}]`)
  expect(() => readCamerasFile(whole, 'c.yaml', undefined)).toThrow(
    'c.yaml: zone gate/camera-health: this id stands for the whole camera',
  )
  expect(() => readCamerasFile(camera('health: true'), 'c.yaml', undefined)).toThrow(/cameras\.0\.health/)
  expect(readCamerasFile(camera('health: false'), 'c.yaml', undefined).cameras[0]?.health).toBe(false)
})

test('has sources and rules judged by those who know them', () => {
  const asked: unknown[] = []
  const checks = {
    source: (...given: unknown[]) => asked.push(given),
    rule: (...given: unknown[]) => asked.push(given),
  }
  readCamerasFile(camera(`zones: [${zone(SQUARE, ', options: { threshold: 15 }')}]`), 'c.yaml', checks)
  expect(asked).toEqual([
    ['rtsp', { url: 'rtsp://a/b' }, 'camera gate'],
    ['camera-health', {}, 'camera gate: health'],
    ['crowding', { threshold: 15 }, 'zone gate/bay'],
  ])
})

test('takes a relative path of a source as relative to the file', () => {
  const text = camera('zones: []', '{ kind: file, path: ../clips/a.mp4 }')
  expect(readCamerasFile(text, '/demo/config/c.yaml', undefined).cameras[0]?.source.path).toBe(
    resolve('/demo/clips/a.mp4'),
  )
})

test('reads back what it wrote', () => {
  const text = `${camera(`sampling: { every: 5 }, zones: [${zone(SQUARE, ', place: shop')}]`)}
teams: [{ id: patrol, name: 巡查一队, skills: [crowding], grids: [n1], shift: { from: "22:00", to: "06:00" } }]
policies: [{ kind: crowding, zone: gate/bay, joinWindow: 0s, cooldown: 1h30m }]`
  const read = readCamerasFile(text, 'c.yaml', undefined)
  expect(readCamerasFile(writeCamerasFile(read), 'c.yaml', undefined)).toEqual(read)
})
