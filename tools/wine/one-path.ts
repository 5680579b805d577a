import type { Plugin } from 'vite'

/**
 * Makes an import by name (`@asuser/native`) and one by path (`../../native/src/index.ts`) the same module.
 *
 * On other systems a package manager's symbolic links do that: resolvers follow them to `packages/native`. Wine does not
 * show them as links, so the view mounts the packages in `node_modules`, and the way back to `packages` is made here.
 */
export function onePath(): Plugin {
  return {
    name: 'asuser:one-path',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (!source.startsWith('@asuser/')) return null
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
      if (resolved === null) return null
      return { ...resolved, id: resolved.id.replace('/node_modules/@asuser/', '/packages/') }
    },
  }
}
