"""What tells people something: error summary, banners, panels, tags, details, insets and warnings."""

from markupsafe import Markup, escape

from portal.http.components.writing import Options, attribute, attributes, classes, content, flag, spoken, within


def error_summary(options: Options) -> Markup:
    """Everything to put right, each a link to where."""
    focus = options.get("disableAutoFocus")
    own = classes("govuk-error-summary", options.get("classes"))
    own += f' data-disable-auto-focus="{spoken(focus)}"' if focus is not None else ""
    own += f'{attributes(options.get("attributes"))} data-module="govuk-error-summary"'
    described = content(options, "descriptionHtml", "descriptionText")
    errors = "".join(_error(item) for item in options.get("errorList") or ())
    return Markup(
        f'<div{own}><div role="alert"><h2 class="govuk-error-summary__title">'
        f"{content(options, 'titleHtml', 'titleText')}</h2>"
        f'<div class="govuk-error-summary__body">{within("p", described)}'
        f"{within('ul', errors, 'govuk-list govuk-error-summary__list')}</div></div></div>"
    )


def _error(item: Options) -> str:
    if not (href := item.get("href")):
        return f"<li>{content(item)}</li>"
    return f'<li><a href="{escape(href)}"{attributes(item.get("attributes"))}>{content(item)}</a></li>'


def notification_banner(options: Options) -> Markup:
    """News about the page or the service; of success with `type`."""
    succeeded = options.get("type") == "success"
    title = content(options, "titleHtml", "titleText") or ("Success" if succeeded else "Important")
    heading = f"h{options.get('titleHeadingLevel') or 2}"
    named = escape(options.get("titleId") or "govuk-notification-banner-title")
    focus = options.get("disableAutoFocus")
    own = classes(
        "govuk-notification-banner", succeeded and "govuk-notification-banner--success", options.get("classes")
    )
    own += attribute("role", options.get("role") or ("alert" if succeeded else "region"))
    own += f' aria-labelledby="{named}" data-module="govuk-notification-banner"'
    own += f' data-disable-auto-focus="{spoken(focus)}"' if focus is not None else ""
    inside = content(options)
    if not options.get("html"):
        inside = within("p", inside, "govuk-notification-banner__heading")
    return Markup(
        f'<div{own}{attributes(options.get("attributes"))}><div class="govuk-notification-banner__header">'
        f'<{heading} class="govuk-notification-banner__title" id="{named}">{title}</{heading}></div>'
        f'<div class="govuk-notification-banner__content">{inside}</div></div>'
    )


def panel(options: Options) -> Markup:
    """That something is done."""
    heading = f"h{options.get('headingLevel') or 1}"
    own = classes("govuk-panel", "govuk-panel--confirmation", options.get("classes"))
    return Markup(
        f'<div{own}{attributes(options.get("attributes"))}><{heading} class="govuk-panel__title">'
        f"{content(options, 'titleHtml', 'titleText')}</{heading}>"
        f"{within('div', content(options), 'govuk-panel__body')}</div>"
    )


def tag(options: Options) -> Markup:
    """How something stands."""
    own = classes("govuk-tag", options.get("classes")) + attributes(options.get("attributes"))
    return Markup(f"<strong{own}>{content(options)}</strong>")


def details(options: Options) -> Markup:
    """More, for those who open it."""
    own = attribute("id", options.get("id")) + classes("govuk-details", options.get("classes"))
    own += attributes(options.get("attributes")) + flag("open", options.get("open"))
    return Markup(
        f'<details{own}><summary class="govuk-details__summary"><span class="govuk-details__summary-text">'
        f"{content(options, 'summaryHtml', 'summaryText')}</span></summary>"
        f'<div class="govuk-details__text">{content(options)}</div></details>'
    )


def inset_text(options: Options) -> Markup:
    """Set apart from the rest."""
    own = attribute("id", options.get("id")) + classes("govuk-inset-text", options.get("classes"))
    return Markup(f"<div{own}{attributes(options.get('attributes'))}>{content(options)}</div>")


def warning_text(options: Options) -> Markup:
    """What must not be missed."""
    own = classes("govuk-warning-text", options.get("classes")) + attributes(options.get("attributes"))
    unseen = escape(options.get("iconFallbackText") or "Warning")
    return Markup(
        f'<div{own}><span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        f'<strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">{unseen}</span> '
        f"{content(options)}</strong></div>"
    )
