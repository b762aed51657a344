"""What stands in rows: summary lists and cards, tables, task lists, tabs, pages of a long list."""

from markupsafe import Markup, escape

from portal.http.components.saying import tag
from portal.http.components.writing import NOTHING, Options, attribute, attributes, classes, content, within

PREVIOUS = (
    '<svg class="govuk-pagination__icon govuk-pagination__icon--prev" xmlns="http://www.w3.org/2000/svg" height="13" '
    'width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="m6.5938-0.0078125-6.7266 6.7266 '
    '6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path></svg>'
)
NEXT = (
    '<svg class="govuk-pagination__icon govuk-pagination__icon--next" xmlns="http://www.w3.org/2000/svg" height="13" '
    'width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="m8.107-0.0078125-1.4136 1.414 4.2926 '
    '4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"></path></svg>'
)


def summary_list(options: Options) -> Markup:
    """Answers, each with what can be done about it; in a card with a title of its own."""
    rows = [row for row in options.get("rows") or () if row]
    acted = any(_items(row) for row in rows)
    card = options.get("card") or NOTHING
    title = card.get("title") or NOTHING
    own = classes("govuk-summary-list", options.get("classes")) + attributes(options.get("attributes"))
    written = f"<dl{own}>{''.join(_row(row, title, acted) for row in rows)}</dl>"
    return Markup(_card(card, title, written) if card else written)


def _items(part: Options) -> list[Options]:
    return list((part.get("actions") or NOTHING).get("items") or ())


def _row(row: Options, title: Options, acted: bool) -> str:
    key, value, actions = (row.get(name) or NOTHING for name in ("key", "value", "actions"))
    items = _items(row)
    names = (
        "govuk-summary-list__row",
        acted and not items and "govuk-summary-list__row--no-actions",
        row.get("classes"),
    )
    written = f"<dt{classes('govuk-summary-list__key', key.get('classes'))}>{content(key)}</dt>"
    written += f"<dd{classes('govuk-summary-list__value', value.get('classes'))}>{content(value)}</dd>"
    if items:
        inside = _action(items[0], title)
        if len(items) > 1:
            each = "".join(f'<li class="govuk-summary-list__actions-list-item">{_action(i, title)}</li>' for i in items)
            inside = f'<ul class="govuk-summary-list__actions-list">{each}</ul>'
        written += f"<dd{classes('govuk-summary-list__actions', actions.get('classes'))}>{inside}</dd>"
    return f"<div{classes(*names)}>{written}</div>"


def _action(item: Options, title: Options) -> str:
    unseen, card = item.get("visuallyHiddenText"), content(title)
    said = (f" {escape(unseen)}" if unseen else "") + (f" ({card})" if card else "")
    said = f'<span class="govuk-visually-hidden">{said}</span>' if said else ""
    own = f'{classes("govuk-link", item.get("classes"))} href="{escape(item.get("href"))}"'
    return f"<a{own}{attributes(item.get('attributes'))}>{content(item)}{said}</a>"


def _card(card: Options, title: Options, inside: str) -> str:
    heading = f"h{title.get('headingLevel') or 2}"
    actions, items = card.get("actions") or NOTHING, _items(card)
    head = ""
    if title:
        names = classes("govuk-summary-card__title", title.get("classes"))
        head = f"<{heading}{names}>{content(title)}</{heading}>"
    names = classes("govuk-summary-card__actions", actions.get("classes"))
    if len(items) == 1:
        head += f"<div{names}>{_action(items[0], title)}</div>"
    elif items:
        each = "".join(f'<li class="govuk-summary-card__action">{_action(item, title)}</li>' for item in items)
        head += f"<ul{names}>{each}</ul>"
    own = classes("govuk-summary-card", card.get("classes")) + attributes(card.get("attributes"))
    return (
        f'<div{own}><div class="govuk-summary-card__title-wrapper">{head}</div>'
        f'<div class="govuk-summary-card__content">{inside}</div></div>'
    )


def table(options: Options) -> Markup:
    """Rows and columns."""
    own = classes("govuk-table", options.get("classes")) + attributes(options.get("attributes"))
    written = ""
    if caption := options.get("caption"):
        names = classes("govuk-table__caption", options.get("captionClasses"))
        written += f"<caption{names}>{escape(caption)}</caption>"
    if head := options.get("head"):
        cells = "".join(_cell(item, "th", ' scope="col"', "header") for item in head)
        written += f'<thead class="govuk-table__head"><tr class="govuk-table__row">{cells}</tr></thead>'
    named = bool(options.get("firstCellIsHeader"))
    rows = "".join(_cells(row, named) for row in options.get("rows") or () if row)
    return Markup(f'<table{own}>{written}<tbody class="govuk-table__body">{rows}</tbody></table>')


def _cells(row: list[Options], named: bool) -> str:
    cells = [
        _cell({**cell, "format": None}, "th", ' scope="row"', "header")
        if named and not at
        else _cell(cell, "td", "", "cell")
        for at, cell in enumerate(row)
    ]
    return f'<tr class="govuk-table__row">{"".join(cells)}</tr>'


def _cell(cell: Options, element: str, scope: str, block: str) -> str:
    form = cell.get("format")
    own = classes(f"govuk-table__{block}", form and f"govuk-table__{block}--{form}", cell.get("classes"))
    own += attribute("colspan", cell.get("colspan")) + attribute("rowspan", cell.get("rowspan"))
    return f"<{element}{scope}{own}{attributes(cell.get('attributes'))}>{content(cell)}</{element}>"


def task_list(options: Options) -> Markup:
    """What there is to do, and how each stands."""
    prefix = str(options.get("idPrefix") or "task-list")
    own = classes("govuk-task-list", options.get("classes")) + attributes(options.get("attributes"))
    items = "".join(
        _task(item, f"{prefix}-{index}") for index, item in enumerate(options.get("items") or (), 1) if item
    )
    return Markup(f"<ul{own}>{items}</ul>")


def _task(item: Options, prefix: str) -> str:
    title, hint, status = (item.get(name) or NOTHING for name in ("title", "hint", "status"))
    href, names = item.get("href"), title.get("classes")
    if href:
        described = f"{prefix}-hint {prefix}-status" if hint else f"{prefix}-status"
        own = f'{classes("govuk-link", "govuk-task-list__link", names)} href="{escape(href)}"'
        written = f'<a{own} aria-describedby="{escape(described)}">{content(title)}</a>'
    else:
        written = f"<div{classes(names) if names else ''}>{content(title)}</div>"
    if hint:
        written += f'<div id="{escape(prefix)}-hint" class="govuk-task-list__hint">{content(hint)}</div>'
    stands = tag(status["tag"]) if status.get("tag") else content(status)
    how = classes("govuk-task-list__status", status.get("classes"))
    around = classes("govuk-task-list__item", href and "govuk-task-list__item--with-link", item.get("classes"))
    return (
        f'<li{around}><div class="govuk-task-list__name-and-hint">{written}</div>'
        f'<div{how} id="{escape(prefix)}-status">{stands}</div></li>'
    )


def tabs(options: Options) -> Markup:
    """Parts of a page of which one shows; without scripts one after the other."""
    prefix, items = options.get("idPrefix") or "", [item for item in options.get("items") or () if item]
    named = [(str(item.get("id") or f"{prefix}-{at}"), item) for at, item in enumerate(items, 1)]
    own = attribute("id", options.get("id")) + classes("govuk-tabs", options.get("classes"))
    links = "".join(_tab(name, item, at == 0) for at, (name, item) in enumerate(named))
    panels = "".join(_panel(name, item, at == 0) for at, (name, item) in enumerate(named))
    return Markup(
        f'<div{own}{attributes(options.get("attributes"))} data-module="govuk-tabs">'
        f'<h2 class="govuk-tabs__title">{escape(options.get("title") or "Contents")}</h2>'
        f"{within('ul', links, 'govuk-tabs__list')}{panels}</div>"
    )


def _tab(name: str, item: Options, first: bool) -> str:
    names = classes("govuk-tabs__list-item", first and "govuk-tabs__list-item--selected")
    own = f' class="govuk-tabs__tab" href="#{escape(name)}"{attributes(item.get("attributes"))}'
    return f"<li{names}><a{own}>{escape(item.get('label'))}</a></li>"


def _panel(name: str, item: Options, first: bool) -> str:
    given = item.get("panel") or NOTHING
    inside = content(given)
    if not given.get("html"):
        inside = within("p", inside, "govuk-body")
    names = classes("govuk-tabs__panel", not first and "govuk-tabs__panel--hidden")
    return f'<div{names} id="{escape(name)}"{attributes(given.get("attributes"))}>{inside}</div>'


def pagination(options: Options) -> Markup:
    """The other pages of a long list."""
    items = options.get("items")
    before, after = options.get("previous") or NOTHING, options.get("next") or NOTHING
    block = items is None and bool(before or after)
    names = ("govuk-pagination", block and "govuk-pagination--block", options.get("classes"))
    own = classes(*names) + attribute("aria-label", options.get("landmarkLabel") or "Pagination")
    written = _arrow(before, "prev", "Previous", block) if before.get("href") else ""
    if items is not None:
        written += f'<ul class="govuk-pagination__list">{"".join(_page(item) for item in items if item)}</ul>'
    written += _arrow(after, "next", "Next", block) if after.get("href") else ""
    return Markup(f"<nav{own}{attributes(options.get('attributes'))}>{written}</nav>")


def _arrow(link: Options, kind: str, word: str, block: bool) -> str:
    inside = content(link) or f'{word}<span class="govuk-visually-hidden"> page</span>'
    labelled = link.get("labelText")
    names = (
        "govuk-pagination__link-title",
        block and not labelled and "govuk-pagination__link-title--decorated",
    )
    written = f"<span{classes(*names)}>{inside}</span>"
    if labelled and block:
        written += '<span class="govuk-visually-hidden">:</span>'
        written += f'<span class="govuk-pagination__link-label">{escape(labelled)}</span>'
    if kind == "prev" or block:
        written = (PREVIOUS if kind == "prev" else NEXT) + written
    else:
        written += NEXT
    own = f' class="govuk-link govuk-pagination__link" href="{escape(link.get("href"))}" rel="{kind}"'
    return f'<div class="govuk-pagination__{kind}"><a{own}{attributes(link.get("attributes"))}>{written}</a></div>'


def _page(item: Options) -> str:
    if item.get("ellipsis"):
        return '<li class="govuk-pagination__item govuk-pagination__item--ellipsis">&ctdot;</li>'
    number, here = item.get("number"), item.get("current")
    named = item.get("visuallyHiddenText") or f"Page {number}"
    own = f' class="govuk-link govuk-pagination__link" href="{escape(item.get("href"))}" aria-label="{escape(named)}"'
    own += attribute("aria-current", here and "page") + attributes(item.get("attributes"))
    names = classes("govuk-pagination__item", here and "govuk-pagination__item--current")
    return f"<li{names}><a{own}>{escape(number)}</a></li>"
