// Which routes a built server really has, read from Fastify's own drawing of its tree.
import type { FastifyInstance } from 'fastify'

/** As "GET /api/jobs/:id", read from Fastify's own drawing of its tree. */
export function routesOf(app: Pick<FastifyInstance, 'printRoutes'>): readonly string[] {
  const path: string[] = []
  const routes: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent, part, methods] = /^([│ ]*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? []
    if (indent === undefined || part === undefined) continue
    path.splice(indent.length / 4, path.length, part)
    // The printed tree writes /page/* as /page*.
    const whole = path.join('').replace(/(?<!\/)\*$/, '/*')
    for (const method of methods?.split(', ') ?? []) routes.push(`${method} ${whole}`)
  }
  return routes
}
