"""A WebKitGTK window for WebKitWebDriver without a toolbar, so that it can be as narrow as a phone.

It runs with the system's Python, which has the GTK bindings. The environment variable WEBKIT_WINDOW is a JSON object
with ``wide``, ``tall``, ``scripts``, ``zoom``, ``proxy``, ``probe`` and ``folder``.
The signal SIGUSR1 prints the page to ``page.pdf`` in the folder, and then creates ``printed`` there.
"""

import json
import os
import signal
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

OPTIONS = json.loads(os.environ["WEBKIT_WINDOW"])
FOLDER = Path(OPTIONS["folder"])


def make_view(context: Any) -> Any:
    """Return the web view of a new window."""
    settings = WebKit2.Settings()
    settings.set_enable_javascript(OPTIONS["scripts"])
    content = WebKit2.UserContentManager()
    frames, start = WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START
    content.add_script(WebKit2.UserScript.new(OPTIONS["probe"], frames, start, None, None))
    view = WebKit2.WebView(
        user_content_manager=content, web_context=context, is_controlled_by_automation=True, settings=settings
    )
    view.set_zoom_level(OPTIONS["zoom"])
    window = Gtk.Window()
    window.set_decorated(False)
    window.set_default_size(OPTIONS["wide"], OPTIONS["tall"])
    window.add(view)
    window.show_all()
    view.connect("web-process-terminated", lambda *_: (FOLDER / "crashed").touch())
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, print_page, view)
    return view


def print_page(view: Any) -> bool:
    """Print the page to a file, and create a marker file when it is complete."""
    settings = Gtk.PrintSettings()
    settings.set_printer("Print to File")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_FILE_FORMAT, "pdf")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_URI, (FOLDER / "page.pdf").as_uri())
    paper = Gtk.PageSetup()
    paper.set_paper_size(Gtk.PaperSize.new("iso_a4"))
    view.printing = WebKit2.PrintOperation.new(view)
    view.printing.set_print_settings(settings)
    view.printing.set_page_setup(paper)
    view.printing.connect("finished", lambda *_: (FOLDER / "printed").touch())
    view.printing.print_()
    return True


def main() -> None:
    """Open a window whenever the driver requests one."""
    data = WebKit2.WebsiteDataManager.new_ephemeral()
    if OPTIONS["proxy"]:
        proxy = WebKit2.NetworkProxySettings.new(f"http://{OPTIONS['proxy']}", ["127.0.0.1"])
        data.set_network_proxy_settings(WebKit2.NetworkProxyMode.CUSTOM, proxy)
    context = WebKit2.WebContext(website_data_manager=data)
    context.set_automation_allowed(True)

    def started(_: Any, session: Any) -> None:
        session.connect("create-web-view", lambda _: make_view(context))

    context.connect("automation-started", started)
    (FOLDER / "pid").write_text(str(os.getpid()))
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, Gtk.main_quit)
    Gtk.Settings.get_default().set_property("gtk-enable-animations", False)
    Gtk.main()


if __name__ == "__main__":
    main()
