"""What the text of a page may try: to run a script, to contact another host, or to lead readers away."""

from __future__ import annotations

import json

EVIL = "https://evil.example"
CDN = "https://cdn.example/npm"
RUN = "document.title = 'ran'; console.log('ran: script')"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
ENTITY = f"""<!DOCTYPE svg [<!ENTITY x
"<script xmlns='http://www.w3.org/2000/svg'>{RUN.replace("'", "&#39;")}</script>">]>
<svg xmlns="http://www.w3.org/2000/svg">&x;</svg>"""

# By name. Each is on a page of its own, on a site that lets pages contain HTML.
ATTACKS = {
    "script": f"<script>{RUN}</script>",
    "module": f'<script type="module">{RUN}</script>',
    "script-elsewhere": f'<script src="{EVIL}/x.js"></script>',
    "file-of-the-site": '<script src="_static/evil.js"></script>',
    "name-of-a-stock-file": '<script src="_static/evil/doctools.js"></script>'
    '<script src="_static/evil/bootstrap.js"></script><script src="_static/evil/own.js"></script>',
    "path-on-an-allowed-host": f'<script src="{CDN}/evil@1/x.js"></script>'
    f'<script src="{CDN}/good@1/../evil@1/y.js"></script>',
    "link-in-previews": f'<a href="{EVIL}/previewed.js">x</a>\n<script src="{EVIL}/previewed.js"></script>',
    "guessed-nonce": f'<!--lean AAAAAAAAAAAAAAAAAAAAAA--><script nonce="AAAAAAAAAAAAAAAAAAAAAA">{RUN}</script>',
    "read-differently": f'<noscript><p title="</noscript><script>{RUN}</script>">x</p></noscript>\n'
    f'<noscript><style></noscript><img src=x onerror="{RUN}"></style></noscript>\n'
    f'<noscript><!-- </noscript><script src="_static/evil.js"></script> --></noscript>',
    "unclosed-comment": f"<div><!-- x --!><script>{RUN}</script> --></div>",
    "mutation": "<form><math><mtext></form><form><mglyph><style></math>"
    f'<img src="gone.png" onerror="{RUN}"></style></mglyph></form></mtext></math>',
    "handler": f'<b id="me" onclick="{RUN}" onmouseover="{RUN}">x</b><img src="gone.png" onerror="{RUN}">',
    "handler-by-itself": f'<details open ontoggle="{RUN}">x</details><input onfocus="{RUN}" autofocus>',
    "custom-element": f'<x-custom id="me" onclick="{RUN}" tabindex="0">x</x-custom>',
    "body": f'<body onload="{RUN}" onpageshow="{RUN}" background="{EVIL}/x.png">',
    "link": f'<a id="me" href="javascript:{RUN}">x</a>',
    "form": f'<form action="{EVIL}/"><button id="me">x</button></form>',
    "form-button": f'<form action="x.html"><button id="me" formaction="{EVIL}/">x</button></form>',
    "form-script": f'<form action="javascript:{RUN}"><button id="me">x</button></form>',
    "sheet": f'<link rel="stylesheet" href="{EVIL}/x.css"><link rel=icon href="{EVIL}/icon">'
    f'<link rel=manifest href="{EVIL}/m">',
    "hints": f'<link rel="preconnect" href="{EVIL}"><link rel="Prefetch x" href="{EVIL}/x">'
    f'<link rel="preload" as="image" href="{EVIL}/y">',
    "style": f"<style>@import '{EVIL}/x.css'; @font-face {{ font-family: F; "
    f"src: url({EVIL}/f) }} p {{ font-family: F; background: url({EVIL}/x.png) }}</style>",
    "style-attribute": f'<p style="background: url({EVIL}/x.png)">x</p>',
    "picture": f'<img src="{EVIL}/x.png" srcset="{EVIL}/y.png 2x"><input type="image" src="{EVIL}/z.png">',
    "media": f'<video src="{EVIL}/v.mp4" poster="{EVIL}/p.png" autoplay></video>'
    f'<audio src="{EVIL}/a.mp3" autoplay></audio>',
    "frame": f'<iframe src="{EVIL}/"></iframe><iframe src="//evil.example/"></iframe>',
    "frame-of-the-site": '<iframe src="_static/evil.html"></iframe>',
    "frame-of-text": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "frame-script": f'<iframe src="javascript:{RUN}"></iframe>'
    f'<iframe src="data:text/html,<script>top.{RUN}</script>"></iframe>',
    "object": f'<object data="{EVIL}/x.swf"></object><embed src="{EVIL}/y.swf">',
    "object-svg": '<object data="_static/evil.svg" type="image/svg+xml"></object>',
    "object-html": '<object data="_static/evil.html" type="text/html"></object><embed src="_static/evil.html">',
    "svg": SVG + f'<svg><image href="{EVIL}/x.png"/><use href="{EVIL}/y.svg#a"/>'
    f'<a href="javascript:{RUN}"><text id="me" y="20">x</text></a></svg>',
    "svg-script": '<svg><script href="_static/evil.js"></script></svg>',
    "svg-animation": f'<svg><circle r="9"><animate attributeName="r" dur="9s" onbegin="{RUN}"/></circle></svg>',
    "svg-picture": '<img src="_static/evil.svg"><iframe src="_static/evil.svg"></iframe>',
    "map": f'<script type="importmap">{{"imports": {{"x": "{EVIL}/x.js"}}}}</script>\n'
    '<script type="module">import "x"</script>',
    "template": f"<div><template shadowrootmode=open><script>{RUN}</script></template></div>",
    "ports": f'<script src="{EVIL}:1;script-src *"></script><img src="http://[x"><script>{RUN}</script>',
    # Changes what is read after it, so these cannot be tried together.
    "broken-out": f"</div></article></main></div></div></div><script>{RUN}</script><script src='{EVIL}/x.js'></script>",
    "known-words": f"</main><script>/* dataset.mode search-button__kbd-shortcut */ {RUN}</script>",
    "unclosed": f'<div><img src="gone.png" onerror="{RUN}" ',
    "unclosed-script": '<script src="_static/evil.js" data-x="',
    "name-of-a-property": '<img name="currentScript" src="_static/evil/x.png">',
    "graph": '<object data="_static/graph.svg" type="image/svg+xml"></object>\n<noscript><p title="</noscript>'
    '<object data=_static/entity.svg type=image/svg+xml></object>"></p></noscript>',
    "entity": '<object data="_static/entity.svg" type="image/svg+xml"></object>',
    "base": f'<base href="{EVIL}/"><img src="x.png"><script src="x.js"></script>',
    "refresh": f'<meta http-equiv="Refresh" content="0; url={EVIL}/">',
    "refresh-read-differently": "<noscript><style></noscript>"
    f'<meta http-equiv=refresh content="0;{EVIL}/"></style></noscript>',
    "policy": f'<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-inline\' *">\n\n'
    f"<script>{RUN}</script>",
    "title": "",
    "meta": "",
    "attribute-of-metadata": "",
    "file'+console.log(`ran: name`)+'": "",
}
FIRST_ALONE = "broken-out"
TOGETHER = list(ATTACKS)[: list(ATTACKS).index(FIRST_ALONE)]
ALONE = list(ATTACKS)[len(TOGETHER) :]
ATTACKS["together"] = "\n\n".join(ATTACKS[name] for name in TOGETHER)

WITHOUT_QUOTES = "document.title = /ran/.source; console.log(/ran: script/.source)"  # which Sphinx would curl
_META = {"http-equiv=refresh": f"0; url={EVIL}/"}
_ATTRIBUTE = {"x><script>console.log(/ran:x/.source)</script>=1": "x"}
HEADS = {
    "title": f"# A </a></li></ul></nav></div><script>{WITHOUT_QUOTES}</script>\n",
    "meta": f"---\nmyst: {json.dumps({'html_meta': _META})}\n---\n# Meta\n",
    "attribute-of-metadata": f"---\nmyst: {json.dumps({'html_meta': _ATTRIBUTE})}\n---\n# Meta\n",
}
FILES = {
    "_static/evil.js": RUN,
    "_static/evil/doctools.js": RUN,
    "_static/evil/bootstrap.js": RUN,
    "_static/evil/own.js": RUN,
    "_static/evil/part.js": RUN,
    "_static/evil.html": f"<script>top.{RUN}</script>",
    "_static/evil.svg": SVG,
    "_static/entity.svg": ENTITY,
    "_static/graph.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    "_static/part.js": "",
    # A script of the site that loads another one from its own folder, as bundlers do.
    "_static/own.js": """const script = document.createElement("script");
script.src = new URL("part.js", document.currentScript.src);
document.head.append(script, document.createElement("iframe"));
""",
}
CONF = f"""
html_theme_options = {{
    "announcement": "<b id='ours' onclick='console.log(`ours: handler`)'>x</b>"
    "<script>console.log('ours: setting')</script>"
}}
html_js_files = [("own.js", {{"defer": "defer"}}), "{CDN}/good@1/x.js"]

def add_previews(app, page, _template, context, _tree):
    # As sphinx-tippy does: a script with the content of a page.
    import json, pathlib
    folder = pathlib.Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    name = f"preview-{{page.encode().hex()}}.js"
    (folder / name).write_text("const previews = " + json.dumps(context.get("body", "")).replace("\\\\\\"", "'"))
    app.add_js_file(name)
    context["metatags"] = context.get("metatags", "") + "<script>console.log('ours: metadata')</script>"

def setup(app):
    app.connect("html-page-context", add_previews)
"""
