// The page's nonce: without it the browser refuses the styles that components write into <style>.

/** The server's, fresh with every page. */
export const NONCE = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

/**
 * Gives the nonce to every <style> that is made. Ant Design asks for it in its settings and uses it for most: what
 * measures a scroll bar or locks the page behind a dialog makes its <style> without (@rc-component/util 1.x), and so
 * do MapLibre and ECharts.
 */
export function trustOwnStyles(): void {
  const create = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = NONCE
    return element
  }) as typeof document.createElement
}
