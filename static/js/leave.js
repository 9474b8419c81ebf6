/* Leaving: docs/decisions/leaving.md. For old browsers too. */
(function () {
  var on = addEventListener, visits = window.navigation, left, alone, presses = [];
  var own = document.currentScript.dataset;
  var tabs = window.BroadcastChannel && new BroadcastChannel("leave");

  function cover(yes) {
    document.documentElement.style.visibility = yes ? "hidden" : "";
  }

  function hide() {
    left = true;
    cover(true);
    document.title = own.name;
    history.replaceState(null, "", "/");
  }

  function exit() {
    if (tabs) tabs.postMessage(0);
    location.replace(own.exit);
  }

  // On the first page a new entry drops those ahead; the exit replaces the first.
  function finish() {
    history.pushState(null, "", "/leave/");
    on("popstate", function () {
      if (location.pathname === "/") exit();
    });
    history.back();
    setTimeout(exit, 1000);
  }

  function leave() {
    if (left) return;
    hide();
    if (!visits) return exit();
    mark("left");
    var first = visits.entries().find(function (one) { return one.getState(); }).key;
    if (first === visits.currentEntry.key) return finish();
    visits.traverseTo(first).committed.then(finish, Date);
    setTimeout(exit, 3000);
  }

  // In the tab's history: this page runs the script, or was left.
  function mark(state) {
    if (visits) visits.updateCurrentEntry({state: state});
  }

  function show() {
    if (visits && visits.entries().some(function (one) { return one.getState() === "left"; })) {
      hide();
      return finish();
    }
    cover(false);
    mark("read");
  }

  function say() {
    var line = document.getElementById("leave-said");
    presses = presses.filter(function (time) { return Date.now() - time < 5000; });
    if (line) line.textContent = line.dataset[presses.length] || "";
  }

  function forget() {
    if (alone && !left) cover(false);
    alone = false;
    presses = [];
    say();
  }

  on("mousedown", forget);
  on("wheel", forget);
  on("keydown", function (event) {
    var other = event.keyCode !== 16 || event.ctrlKey || event.altKey || event.metaKey;
    if (other || event.target.matches("input,select,textarea")) return forget();
    alone = true;
    say();
    if (presses.length > 1) cover(true);
  });
  on("keyup", function () {
    if (!alone) return;
    alone = false;
    presses.push(Date.now());
    say();
    setTimeout(say, 5000);
    if (presses.length > 2) leave();
  });
  on("click", function (event) {
    if (event.target.id !== "leave") return;
    event.preventDefault();
    leave();
  });

  // Other tabs of the site leave too.
  if (tabs) tabs.onmessage = leave;

  // Back to a form must not ask to send it again.
  on("submit", function () {
    history.replaceState(null, "");
    mark("read");
  });

  // A kept page is not seen when a visit leaves through it.
  on("pagehide", cover);
  on("pageshow", function (event) {
    if (!left) show();
    else if (event.persisted) exit();
  });
  show();
})();
