// Lays an empty database beside the built program, which then need not create one: a step of `npm run build`.
import { layEmptyCluster } from '../store/empty-cluster.ts'

await layEmptyCluster()
