"""Eva reads the year, sends one version back, accepts the second, and anybody can verify the file that she took."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]


def test_a_report_is_sent_back_accepted_and_verified(new_page: Opened, sign_in: SignIn) -> None:
    eva = new_page(width=360)
    sign_in(eva, "Eva")
    eva.goto("/caban/funder/")
    assert_accessible(eva)
    eva.locator("main a[href$='/funder/year/']").first.click()
    expect(eva.locator("main figure").first).to_be_visible()
    assert_accessible(eva)
    eva.goto("/caban/funder/")
    eva.locator("main ul a[href*='/funder/reports/']").first.click()
    eva.locator("[name=decision][value=return]").check()
    eva.locator("form[action*='/decide/'] [name=comment]").fill("Dites aussi ce qui a été difficile.")
    eva.locator("form[action*='/decide/'] .btn-primary").click()
    expect(eva.locator("main form.d-print-none[action*='/undo/']")).to_be_visible()
    assert_accessible(eva)
    waiting = eva.url

    dries = new_page()
    sign_in(dries, "Dries")
    dries.goto(waiting.replace("/funder/reports/", "/reports/"))
    dries.locator("main a[href$='/sign/']").first.click()
    dries.locator("[name=name]").fill("Dries")
    dries.locator("[name=role]").fill("coordinateur")
    dries.locator("main form .btn-primary").click()
    dries.locator("main form[action$='/send/'] button").click()

    eva.goto(waiting)
    expect(eva.locator("main .m-over")).to_contain_text("version 2")
    eva.locator("[name=decision][value=accept]").check()
    eva.locator("form[action*='/decide/'] .btn-primary").click()
    expect(eva.locator("main .m-badge-success").first).to_be_visible()
    with eva.expect_download() as taken:
        eva.locator("main a[href*='/versions/2/pdf/']").click()

    anybody = new_page()
    anybody.goto("/caban/verify/")
    anybody.locator("[name=file]").set_input_files(taken.value.path())
    anybody.locator("main form .btn-primary").click()
    expect(anybody.locator("main .m-notice-success")).to_be_visible()
