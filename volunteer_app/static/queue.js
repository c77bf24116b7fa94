/* The queue of a bad connection. A form with data-queue is sent in the background; where that fails it's kept on this
   phone, shown in #queue, and sent again until the server has answered: in order, each with a key of its own by which
   the server does it once. How long ago it was tapped goes along, so that a wrong clock does no harm.

   Of a form with data-queue-change each field is sent by itself once it was changed, and kept from the first letter
   on; only its latest value waits. The answer holds data-kept, and parts that take the place of those of the page. */
(function () {
  "use strict";

  if (!document.getElementById("queue") || !window.fetch || !window.URLSearchParams || !window.DOMParser) return;
  var PATIENCE = 10000;
  var EVERY = 5000;
  var place = "queue:" + element("queue").getAttribute("data-owner") + ":" + window.location.pathname;
  var memory = { waiting: [], refused: [] };
  var sending = false;
  var cut = false;
  var full = false;

  function element(id) {
    return document.getElementById(id);
  }

  function each(list, act) {
    Array.prototype.forEach.call(list, act);
  }

  function read() {
    if (full) return memory;
    try {
      return JSON.parse(window.localStorage.getItem(place)) || memory;
    } catch (error) {
      return memory;
    }
  }

  /* Another tab of this page may have written in the meantime: what is kept is read anew for each change. */
  function write(change) {
    var kept = read();
    change(kept);
    memory = kept;
    try {
      if (kept.waiting.length || kept.refused.length) window.localStorage.setItem(place, JSON.stringify(kept));
      else window.localStorage.removeItem(place);
    } catch (error) {
      /* A full or forbidden store: it's kept for as long as this page is open. */
      full = true;
    }
    show();
  }

  function without(list, key) {
    return list.filter(function (item) {
      return item.key !== key;
    });
  }

  function newKey() {
    var key = "";
    each(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      key += ("0" + byte.toString(16)).slice(-2);
    });
    return key;
  }

  function fill(part, list, word) {
    var rows = element(part).querySelector("ul");
    rows.textContent = "";
    read()[list].forEach(function (item) {
      /* What waits of a sheet is said at the sheet. */
      if (item.field && list === "waiting") return;
      var row = document.createElement("li");
      var button = document.createElement("button");
      row.textContent = item.label + (item.why ? " – " + item.why : "") + " ";
      button.type = "button";
      button.className = "button plain";
      button.textContent = element("queue").getAttribute(word);
      button.setAttribute("aria-label", button.textContent + " " + item.label);
      button.addEventListener("click", function () {
        /* What is on its way can't be called back. */
        if (sending && list === "waiting" && read().waiting[0].key === item.key) return;
        write(function (kept) {
          kept[list] = without(kept[list], item.key);
        });
      });
      row.appendChild(button);
      rows.appendChild(row);
    });
  }

  /* Buttons of what is noted say so. */
  function mark(items) {
    each(document.querySelectorAll("form[data-queue]"), function (form) {
      var button = form.querySelector("button[type=submit]");
      if (form.querySelector("input:not([type=hidden])")) return;
      var noted = items.some(function (item) {
        return item.to === form.getAttribute("action");
      });
      if (noted && !button.hasAttribute("data-word")) {
        button.setAttribute("data-word", button.innerHTML);
        button.textContent = element("queue").getAttribute("data-noted");
      } else if (!noted && button.hasAttribute("data-word")) {
        button.innerHTML = button.getAttribute("data-word");
        button.removeAttribute("data-word");
      }
      button.disabled = noted;
    });
  }

  function show() {
    if (!element("queue")) return;
    var kept = read();
    fill("queue-waiting", "waiting", "data-undo");
    fill("queue-refused", "refused", "data-forget");
    element("queue-waiting").hidden = !cut || !kept.waiting.length;
    element("queue-refused").hidden = !kept.refused.length;
    mark(kept.waiting);
  }

  /* A sentence about the connection or the account; none takes it away. */
  function say(word) {
    var said = element("queue-said");
    if (!said) return;
    said.textContent = word ? element("queue").getAttribute(word) : "";
    said.hidden = !word;
  }

  /* Fields that are sent one by one. */
  function formOf(item) {
    return Array.prototype.filter.call(document.querySelectorAll("form[data-queue-change]"), function (form) {
      return form.getAttribute("action") === item.to;
    })[0];
  }

  function fieldOf(item) {
    var form = formOf(item);
    return form ? form.elements[item.field] : null;
  }

  function isOf(item, form, name) {
    return item.to === form.getAttribute("action") && item.field === name;
  }

  function tell(form, text, field) {
    var said = form.querySelector("[data-said]");
    if (said.textContent !== text) said.textContent = text;
    if (field) field.setAttribute("aria-invalid", String(text !== element("queue").getAttribute("data-kept")));
  }

  /* Keep what a field holds now, where that is other than what was kept last. */
  function note(field) {
    var form = field.form;
    var waiting = read().waiting;
    var before = waiting.filter(function (item) {
      return isOf(item, form, field.name);
    });
    var last = before[before.length - 1];
    var wrong = field.getAttribute("aria-invalid") === "true";
    if (field.value === (last ? last.value : field.defaultValue) && !wrong) return;
    var item = { key: newKey(), to: form.getAttribute("action"), field: field.name, value: field.value, at: Date.now() };
    item.fields = [["csrf_token", form.elements.csrf_token.value], ["_field", field.name]];
    item.fields.push([field.name, field.value]);
    /* What this page knows of, so that it doesn't overwrite what came from another one: what was shown, and what was
       sent and may have arrived. */
    item.shown = [field.defaultValue];
    before.forEach(function (other) {
      item.shown = item.shown.concat(other.shown || [], other.tried ? [other.value] : []);
    });
    item.shown.forEach(function (value) {
      item.fields.push(["_shown", value]);
    });
    item.label = form.getAttribute("data-name") + " " + field.getAttribute("data-label") + " " + field.value;
    cut = cut || window.navigator.onLine === false;
    write(function (kept) {
      var sent = sending && kept.waiting[0];
      kept.waiting = kept.waiting.filter(function (other) {
        return other === sent || !isOf(other, form, field.name);
      });
      kept.waiting.push(item);
    });
    field.removeAttribute("aria-invalid");
    tell(form, element("queue").getAttribute("data-keeping"));
  }

  /* What waits stands in the fields of a page that was opened anew. */
  function showWaiting() {
    read().waiting.forEach(function (item) {
      var field = item.field && fieldOf(item);
      if (!field || field === document.activeElement) return;
      field.value = item.value;
      tell(field.form, element("queue").getAttribute("data-keeping"));
    });
  }

  /* The server's answer to one field. */
  function settleField(item, answer, refused) {
    var form = formOf(item);
    var field = fieldOf(item);
    write(function (kept) {
      kept.waiting = without(kept.waiting, item.key);
      kept.refused = kept.refused.filter(function (other) {
        return !(other.to === item.to && other.field === item.field);
      });
      if (!refused) return;
      item.why = why(answer.page);
      kept.refused.push(item);
    });
    if (field && !refused) field.defaultValue = item.value;
    each(refused ? [] : answer.page.querySelectorAll("[data-part]"), function (fresh) {
      var old = element(fresh.id);
      if (old) old.replaceWith(document.adoptNode(fresh));
    });
    var more = read().waiting.some(function (other) {
      return other.to === item.to && other.field;
    });
    if (form && !more) tell(form, refused ? item.why : element("queue").getAttribute("data-kept"), field);
    flush(null);
  }

  function body(item) {
    var parts = new URLSearchParams();
    var token = document.querySelector("input[name=csrf_token]");
    item.fields.forEach(function (field) {
      parts.append(field[0], field[0] === "csrf_token" && token ? token.value : field[1]);
    });
    parts.append("_key", item.key);
    parts.append("_age", String(Math.max(0, Math.round((Date.now() - item.at) / 1000))));
    return parts;
  }

  /* From now on it may be with the server, whether or not an answer comes. */
  function trying(item) {
    write(function (kept) {
      kept.waiting.forEach(function (other) {
        if (other.key === item.key) other.tried = true;
      });
    });
  }

  function send(item) {
    var stop = window.AbortController ? new AbortController() : null;
    var timer = window.setTimeout(function () {
      if (stop) stop.abort();
    }, PATIENCE);
    return fetch(item.to, {
      method: "POST",
      body: body(item),
      credentials: "same-origin",
      signal: stop ? stop.signal : undefined,
    })
      .then(function (answer) {
        return answer.text().then(function (text) {
          var page = new DOMParser().parseFromString(text, "text/html");
          return { status: answer.status, url: answer.url, page: page };
        });
      })
      .finally(function () {
        window.clearTimeout(timer);
      });
  }

  /* The answer takes the place of the page; while somebody types, of its lists alone. */
  function turn(answer) {
    var typing = Array.prototype.some.call(document.querySelectorAll("main input"), function (input) {
      return input.type !== "hidden" && input.value !== input.defaultValue;
    });
    each(typing && answer.status < 400 ? ["#list", ".tally", ".act"] : ["main", ".act"], function (part) {
      var old = document.querySelector(part);
      var fresh = answer.page.querySelector(part);
      if (old && fresh && !old.querySelector("input:focus")) old.replaceWith(document.adoptNode(fresh));
    });
    if (answer.status < 400) window.history.replaceState(null, "", answer.url);
    var first = typing ? null : document.querySelector("main .wrong, #list > .flash");
    if (first) {
      first.tabIndex = -1;
      first.focus();
    }
    showWaiting();
  }

  function why(page) {
    /* A page of a problem has its title before its sentence. */
    var text = page.querySelector("main .wrong li") || page.querySelector("main .lead") || page.querySelector("main h1");
    return text ? text.textContent.trim() : "";
  }

  function settle(item, fresh, answer) {
    var ours = answer.page.getElementById("queue");
    if (answer.status >= 500 || answer.status === 429) {
      cut = true;
      show();
      return;
    }
    cut = false;
    var ended = !answer.page.querySelector("[data-closed], [data-kept]");
    if (answer.status === 400 || (answer.status < 400 && !ours && ended)) {
      say("data-out");
      show();
      return;
    }
    say(null);
    if (item.field) {
      settleField(item, answer, answer.status >= 400);
      return;
    }
    var refused = answer.status >= 400 && !(ours && fresh === item.key);
    if (ours && !refused) turn(answer);
    write(function (kept) {
      kept.waiting = without(kept.waiting, item.key);
      if (refused) {
        item.why = why(answer.page);
        kept.refused.push(item);
      }
    });
    if (!ours && !refused) window.location.assign(answer.url);
    else flush(fresh);
  }

  /* Send what waits, one after another; `fresh` is the key of the tap that somebody waits for. */
  function flush(fresh) {
    var item = read().waiting[0];
    if (sending || !item) return;
    sending = true;
    trying(item);
    send(item).then(
      function (answer) {
        sending = false;
        settle(item, fresh, answer);
      },
      function () {
        sending = false;
        cut = true;
        show();
      }
    );
  }

  function label(form, button) {
    var name = form.querySelector("input[name=name]");
    var whose = form.getAttribute("data-name") || (name && name.value);
    return (whose ? whose + " " : "") + button.textContent.trim();
  }

  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (form.method !== "post") return;
      if (form.hasAttribute("data-queue-change")) {
        each(form.elements, function (field) {
          if (field.name && field.type !== "hidden") note(field);
        });
        flush(null);
      } else if (form.hasAttribute("data-queue")) {
        var fields = [];
        new FormData(form).forEach(function (value, name) {
          fields.push([name, value]);
        });
        var button = form.querySelector("button[type=submit]");
        var item = { key: newKey(), to: form.getAttribute("action"), fields: fields, at: Date.now() };
        item.label = label(form, button);
        cut = cut || window.navigator.onLine === false;
        write(function (kept) {
          kept.waiting.push(item);
        });
        /* Without a connection the form is free for the next one. */
        if (cut) form.reset();
        flush(item.key);
      } else if (window.navigator.onLine === false) say("data-none");
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true
  );
  ["input", "change"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var field = event.target;
      if (!field.form || !field.form.hasAttribute("data-queue-change")) return;
      note(field);
      if (kind === "change") flush(null);
    });
  });
  window.addEventListener("online", function () {
    say(null);
    flush(null);
  });
  window.addEventListener("beforeunload", function (event) {
    if (cut && read().waiting.length) event.preventDefault();
  });
  /* Whoever leaves the page right after a tap: it's sent on the way out, and once more when the page is opened again. */
  window.addEventListener("pagehide", function () {
    var waiting = read().waiting;
    if (waiting.length !== 1 || !window.navigator.sendBeacon) return;
    trying(waiting[0]);
    window.navigator.sendBeacon(waiting[0].to, body(waiting[0]));
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) flush(null);
  });
  window.setInterval(function () {
    flush(null);
  }, EVERY);
  cut = read().waiting.length > 0;
  show();
  showWaiting();
  flush(null);
})();
