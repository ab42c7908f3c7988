import { svelte } from "@sveltejs/vite-plugin-svelte"
import type { Plugin } from "vite"
import { defineConfig } from "vitest/config"

/** Browsers with `light-dark()` and everything that the page needs: since about 2024. */
const BROWSERS = ["chrome123", "firefox121", "safari17.5"]

/** KaTeX names each font in three formats; every browser that we support takes the first. */
const onlyWoff2: Plugin = {
  name: "only-woff2",
  enforce: "pre",
  transform: {
    filter: { id: /katex.*\.css$/ },
    handler: (code) => code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g, ""),
  },
}

export default defineConfig(({ mode }) => ({
  base: "/static/",
  plugins: [svelte(), onlyWoff2],
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: BROWSERS,
    cssTarget: BROWSERS,
    // The page's Content-Security-Policy forbids data: fonts, and a file is cached better than a string.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Django's pages import the feedback module by its address.
      preserveEntrySignatures: "exports-only",
      input: {
        editor: "src/main.ts",
        theme: "src/ui/theme.css",
        frame: "src/outputs/frame/frame.ts",
        feedback: "src/feedback/pages.ts",
      },
      // What every page needs anyway travels in few pieces: each request costs more than some bytes.
      output: {
        codeSplitting: {
          groups: [
            // The languages of text cells come by themselves, a moment later; marks under problems with a machine.
            {
              name: "codemirror",
              test: /outputs[\\/]highlight\.ts|node_modules[\\/](@codemirror|@lezer|@marijn|style-mod|w3c-keyname|crelt)[\\/](?!((lang-)?(markdown|html|css|javascript|search|lint)|legacy-modes)[\\/])/,
            },
            {
              name: "base",
              priority: 1,
              // With Vite's own helper of imports, or it would bring along the first piece that has one.
              test: /vite[\\/]preload-helper|node_modules[\\/](svelte|esm-env|clsx|yjs|lib0|y-protocols|fractional-indexing)[\\/]/,
            },
            // What the editor shares with the feedback dialog of other pages.
            {
              name: "shared",
              test: /src[\\/](lib[\\/]i18n[\\/](index|\w*[eE]n)\.ts|lib[\\/](trouble|ids)|protocol[\\/](http|frames)|ui[\\/](Dialog|Icon)\.svelte)/,
            },
          ],
        },
      },
    },
  },
  // Svelte's browser build, so that components and `$state` classes behave in tests as they do on the page.
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
  },
}))
