"""Styles that take words out of sight, and styles that look like them and don't: what the site and the editor judge alike."""

# Each stands on a span or a div around the word "b"; with the word in sight or not.
HIDDEN = [
    "display:none", "display:var(--x,none)", "display: none !important", "content-visibility:hidden",
    "visibility:hidden", "visibility:collapse", "visibility:var(--v, hidden)", "opacity:0", "opacity:0.01", "opacity:0%",
    "opacity:var(--o,0)", "filter:opacity(0)", "filter: blur(1px) opacity(0%)", "clip:rect(0,0,0,0)",
    "clip: rect(1px 1px 1px 1px); position: absolute", "clip-path:inset(50%)", "clip-path: inset(100%)",
    "clip-path:circle(0)", "clip-path:polygon(0 0,0 0,0 0)", "position:absolute;left:-9999px", "position:fixed; top:-1000em",
    "text-indent:-9999px", "text-indent:100em;text-indent:9999px", "margin-left:-5000px", "margin:0 0 0 -99999px",
    "height:0;overflow:hidden", "max-height:0px; overflow:hidden", "width:1px;height:1px;overflow:clip",
    "transform:scale(0)", "transform:translateX(-9999px)", "scale:0", "zoom:0", "font-size:0", "font-size:1px",
    "font:0/0 a", "font: 1px/1 serif", "font-size:.5pt", "color:transparent", "color:#0000", "color:rgba(9,9,9,0)",
    "color:rgb(9 9 9 / 0%)", "color:#fff", "color:white", "color:#FFFFFF;background:#fff", "color: rgb(255, 255, 255)",
    "color:hsl(0, 0%, 100%)", "color:#fdfdfd;background-color:rgba(0, 0, 0, 0)", "mso-hide:all", "d\\69splay:n\\6fne",
    "display:/**/none",
]  # fmt: skip
SEEN = [
    "display:inline", "display:contents", "visibility:visible", "opacity:0.5", "opacity:1", "opacity:.87",
    "filter:opacity(80%)", "filter:blur(0)", "clip:auto", "clip: rect(0px, 100px, 40px, 0px)", "clip-path:none",
    "clip-path:inset(0)", "clip-path:inset(10px 20px)", "clip-path:circle(50%)", "clip-path:url(#clip1)",
    "position:absolute;left:-12px;top:5400px", "text-indent:-18.0pt", "margin-left:-50vw;left:50%", "margin-left:-100%",
    "height:0", "height:0;overflow:hidden;padding-bottom:56.25%", "max-height:200px;overflow:hidden", "overflow:hidden",
    "transform:translate(0, 0) scale(1)", "transform:translateX(-100%)", "transform:rotate(0deg)", "scale:1", "zoom:1",
    "font-size:8pt", "font-size:80%", "font-size:.8em", "font: 700 12px/1 Arial", "font:italic small-caps 1em x",
    "color:#000", "color:rgb(255,0,0)", "color:#ffff00", "color:#fff;background:#4472C4",
    "color:white;background-image:url(x)", "color:#fff;background:linear-gradient(red, blue)",
    "color:transparent;background-clip:text;background-image:linear-gradient(red,blue)", "color:rgba(0,0,0,.6)",
    "color:#0f0f0f0f", "text-decoration:none", "border:0 none", "list-style:none", "mso-hide:none",
]  # fmt: skip
# Whole texts, and the words that stay.
TEXTS = [
    ("<div style='visibility:hidden'>a<b style='visibility:visible'>b</b>c</div>", "b"),
    ("<div style='font-size:0'>a<p style='font-size:16px'>b</p></div>", "b"),
    ("<div style='font-size:0'>a<p style='font-size:1em'>b</p>c</div><p>d</p>", "d"),
    ("<table style='background:#123'><tr><td><span style='color:white'>b</span></td></tr></table>", "b"),
    ("<table><tr><td bgcolor=navy><font color=white>b</font></td></tr></table>", "b"),
    ("<table><tr><td style='background-color:#004'><span style='color:#fff;background-color:transparent'>b</span></td></tr></table>", "b"),
    ("<p><font color='#FFFFFF'>a</font><font color=red>b</font></p>", "b"),
    ("<div style='color:#fff'>a<span style='color:#111'>b</span></div>", "b"),
    ("<div style='color:#fff'>a<span style='background:#111'>b</span></div>", "b"),
    ("<div class=dark><p><span style='color:#fff'>b</span></p></div>", "b"),
    ("<p class=MsoNormal>b<span style='color:white'>a</span></p>", "b"),
    ("<b id='docs-internal-guid-1'><p>b<span style='color:#ffffff;background-color:transparent'>a</span></p></b>", "b"),
    ("<div popover>a</div><dialog>a</dialog><dialog open>b</dialog>", "b"),
    ("<body bgcolor=black><p><font color=white>b</font></p></body>", "b"),
    ("<p style='display&#58;none'>a</p><p>b</p>", "b"),
    ("<ul><li style='opacity:0'>a</li><li>b</li></ul>", "b"),
]  # fmt: skip
