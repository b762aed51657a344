"""What leads on: buttons, links back, breadcrumbs, the navigation, and the way out of this page."""

from typing import Any

from markupsafe import Markup, escape

from portal.http.components.writing import NOTHING, Options, attribute, attributes, classes, content, flag, spoken

START = (
    '<svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5" height="19" '
    'viewBox="0 0 33 40" aria-hidden="true" focusable="false"><path fill="currentColor" '
    'd="M0 0h13l20 20-20 20H0l20-20z"/></svg>'
)


def button(options: Options) -> Markup:
    """A button, or with `href` a link that looks like one."""
    started = options.get("isStartButton")
    own = classes("govuk-button", options.get("classes"), started and "govuk-button--start")
    own += f' data-module="govuk-button"{attributes(options.get("attributes"))}{attribute("id", options.get("id"))}'
    inside = content(options) + (START if started else "")
    if href := options.get("href"):
        return Markup(f'<a href="{escape(href)}" role="button" draggable="false"{own}>{inside}</a>')
    once = options.get("preventDoubleClick")
    first = f' type="{escape(options.get("type") or "submit")}"'
    first += attribute("value", options.get("value")) + attribute("name", options.get("name"))
    first += flag('disabled aria-disabled="true"', options.get("disabled"))
    first += f' data-prevent-double-click="{spoken(once)}"' if once is not None else ""
    return Markup(f"<button{first}{own}>{inside}</button>")


def back_link(options: Options) -> Markup:
    """To the page before."""
    own = classes("govuk-back-link", options.get("classes")) + attributes(options.get("attributes"))
    return Markup(f'<a href="{escape(options.get("href") or "#")}"{own}>{content(options) or "Back"}</a>')


def skip_link(options: Options) -> Markup:
    """Past what is on every page."""
    own = classes("govuk-skip-link", options.get("classes")) + attributes(options.get("attributes"))
    href = escape(options.get("href") or "#content")
    return Markup(f'<a href="{href}"{own} data-module="govuk-skip-link">{content(options)}</a>')


def breadcrumbs(options: Options) -> Markup:
    """Where this page is."""
    names = (
        *("govuk-breadcrumbs", options.get("classes")),
        options.get("collapseOnMobile") and "govuk-breadcrumbs--collapse-on-mobile",
    )
    own = classes(*names) + attributes(options.get("attributes"))
    own += attribute("aria-label", options.get("labelText") or "Breadcrumb")
    items = "".join(_crumb(item) for item in options.get("items") or ())
    return Markup(f'<nav{own}><ol class="govuk-breadcrumbs__list">{items}</ol></nav>')


def _crumb(item: Options) -> str:
    if not (href := item.get("href")):
        return f'<li class="govuk-breadcrumbs__list-item" aria-current="page">{content(item)}</li>'
    own = f' class="govuk-breadcrumbs__link" href="{escape(href)}"{attributes(item.get("attributes"))}'
    return f'<li class="govuk-breadcrumbs__list-item"><a{own}>{content(item)}</a></li>'


def exit_this_page(options: Options) -> Markup:
    """Away from here, quickly."""
    words = "".join(
        attribute(f"data-i18n.{key}", options.get(name))
        for key, name in (
            ("activated", "activatedText"),
            ("timed-out", "timedOutText"),
            ("press-two-more-times", "pressTwoMoreTimesText"),
            ("press-one-more-time", "pressOneMoreTimeText"),
        )
    )
    own = attribute("id", options.get("id")) + classes("govuk-exit-this-page", options.get("classes"))
    inside: dict[str, Any] = {
        "html": Markup('<span class="govuk-visually-hidden">Emergency</span> Exit this page'),
        "classes": "govuk-button--warning govuk-exit-this-page__button govuk-js-exit-this-page-button",
        "href": options.get("redirectUrl") or "https://www.bbc.co.uk/weather",
        "attributes": {"rel": "nofollow noreferrer"},
    }
    if options.get("html") or options.get("text"):
        inside |= {"html": options.get("html"), "text": options.get("text")}
    own += f' data-module="govuk-exit-this-page"{attributes(options.get("attributes"))}{words}'
    return Markup(f"<div{own}>{button(inside)}</div>")


def service_navigation(options: Options) -> Markup:
    """The service's name and its pages."""
    slots = options.get("slots") or NOTHING
    own = classes("govuk-service-navigation", options.get("classes"))
    own += f' data-module="govuk-service-navigation"{attributes(options.get("attributes"))}'
    inside = (
        f'<div class="govuk-width-container">{content(slots, "start")}'
        f'<div class="govuk-service-navigation__container">{_service(options)}{_navigation(options, slots)}</div>'
        f"{content(slots, 'end')}</div>"
    )
    if options.get("serviceName") or slots.get("start") or slots.get("end"):
        named = escape(options.get("ariaLabel") or "Service information")
        return Markup(f'<section aria-label="{named}"{own}>{inside}</section>')
    return Markup(f"<div{own}>{inside}</div>")


def _service(options: Options) -> str:
    if not (name := options.get("serviceName")):
        return ""
    inside = f'<span class="govuk-service-navigation__text">{escape(name)}</span>'
    if href := options.get("serviceUrl"):
        inside = f'<a href="{escape(href)}" class="govuk-service-navigation__link">{escape(name)}</a>'
    return f'<span class="govuk-service-navigation__service-name">{inside}</span>'


def _navigation(options: Options, slots: Options) -> str:
    items = [item for item in options.get("navigation") or () if item]
    first, last = content(slots, "navigationStart"), content(slots, "navigationEnd")
    if not (items or first or last):
        return ""
    menu, place = options.get("menuButtonText") or "Menu", options.get("navigationId") or "navigation"
    collapses = options.get("collapseNavigationOnMobile")
    spoken_menu = options.get("menuButtonLabel")
    toggle = (
        '<button type="button" class="govuk-service-navigation__toggle govuk-js-service-navigation-toggle" '
        f'aria-controls="{escape(place)}"{attribute("aria-label", spoken_menu != menu and spoken_menu)} hidden '
        f'aria-hidden="true">{escape(menu)}</button>'
    )
    own = attribute("aria-label", options.get("navigationLabel") or menu)
    own += classes("govuk-service-navigation__wrapper", options.get("navigationClasses"))
    return (
        f"<nav{own}>{toggle if (len(items) > 1 if collapses is None else collapses) else ''}"
        f'<ul class="govuk-service-navigation__list" id="{escape(place)}">{first}'
        f"{''.join(map(_place, items))}{last}</ul></nav>"
    )


def _place(item: Options) -> str:
    here = item.get("current") or item.get("active")
    names = classes("govuk-service-navigation__item", here and "govuk-service-navigation__item--active")
    inside = content(item)
    if here:
        inside = f'<strong class="govuk-service-navigation__active-fallback">{inside}</strong>'
    own = attribute("aria-current", here and ("page" if item.get("current") else "true"))
    if href := item.get("href"):
        own = f' class="govuk-service-navigation__link" href="{escape(href)}"{own}{attributes(item.get("attributes"))}'
        inside = f"<a{own}>{inside}</a>"
    elif inside:
        inside = f'<span class="govuk-service-navigation__text"{own}>{inside}</span>'
    return f"<li{names}>{inside}</li>"
