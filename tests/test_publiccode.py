"""Checks `publiccode.yml` against the standard (core 0.4, Italy 1.0).

The standard stands at https://yml.publiccode.tools. No validator is published on PyPI: the
rules that the file can break are restated here.
"""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from belvedere.shared.languages import TAGS

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "releaseDate",
    "platforms",
    "categories",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}
OPTIONAL = {
    "applicationSuite",
    "landingURL",
    "isBasedOn",
    "softwareVersion",
    "logo",
    "monochromeLogo",
    "inputTypes",
    "outputTypes",
    "usedBy",
    "roadmap",
    "intendedAudience",
    "dependsOn",
    "it",
}
PLATFORMS = {"web", "windows", "mac", "linux", "ios", "android"}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
    "addon",
    "library",
    "configurationFiles",
}
CATEGORIES = """
    accounting agile-project-management applicant-tracking application-development
    appointment-scheduling backup billing-and-invoicing blog budgeting business-intelligence
    business-process-management cad call-center-management cloud-management collaboration
    communications compliance-management contact-management content-management crm
    customer-service-and-support data-analytics data-collection data-visualization
    digital-asset-management digital-citizenship document-management donor-management
    e-commerce e-signature email-management email-marketing employee-management
    enterprise-project-management enterprise-social-networking erp event-management
    facility-management feedback-and-reviews-management financial-reporting fleet-management
    fundraising gamification geographic-information-systems grant-management graphic-design
    help-desk hr ide identity-management instant-messaging inventory-management
    it-asset-management it-development it-management it-security it-service-management
    knowledge-management learning-management-system marketing mind-mapping mobile-marketing
    mobile-payment network-management office online-booking online-community payment-gateway
    payroll predictive-analysis procurement productivity-suite project-collaboration
    project-management property-management real-estate-management remote-support
    resource-management sales-management seo service-desk social-media-management survey
    talent-management task-management taxes-management test-management time-management
    time-tracking translation video-conferencing video-editing visitor-management voip
    warehouse-management web-collaboration web-conferencing website-builder
    workflow-management
"""
SCOPES = """
    agriculture culture defence education emergency-services employment energy environment
    finance-and-economic-development foreign-affairs government healthcare infrastructures
    justice local-authorities manufacturing research science-and-technology security society
    sport tourism transportation welfare
"""
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@pytest.fixture(scope="module")
def sheet():
    """The metadata of this software."""
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_the_required_keys_are_there_and_no_unknown_one(sheet):
    assert sheet.keys() >= REQUIRED
    assert sheet.keys() - REQUIRED - OPTIONAL == set()
    assert sheet["publiccodeYmlVersion"] == "0.4"
    assert sheet["url"].startswith("https://")
    assert DAY.match(sheet["releaseDate"])
    assert date.fromisoformat(sheet["releaseDate"])


def test_vocabularies_are_the_standards_own(sheet):
    assert set(sheet["platforms"]) <= PLATFORMS
    assert sheet["categories"]
    assert set(sheet["categories"]) <= set(CATEGORIES.split())
    assert sheet["developmentStatus"] in STATUSES
    assert sheet["softwareType"] in TYPES
    assert set(sheet["intendedAudience"]["scope"]) <= set(SCOPES.split())


@pytest.mark.parametrize("language", ["it", "en"])
def test_each_description_keeps_its_lengths(sheet, language):
    told = sheet["description"][language]
    assert "\n" not in told["shortDescription"]
    assert 0 < len(told["shortDescription"]) <= 150
    assert 500 <= len(told["longDescription"]) <= 10_000
    assert told["features"]
    assert [each for each in told["features"] if len(each) > 100] == []


def test_licence_and_version_agree_with_the_package(sheet):
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'license = "{sheet["legal"]["license"]}"' in package
    assert f'version = "{sheet["softwareVersion"]}"' in package


def test_an_internal_maintainer_can_be_reached(sheet):
    assert sheet["maintenance"]["type"] == "internal"
    assert all(each["name"] for each in sheet["maintenance"]["contacts"])


def test_the_languages_are_those_the_interface_speaks(sheet):
    assert sheet["localisation"]["localisationReady"] is True
    assert sheet["localisation"]["availableLanguages"] == list(TAGS)


def test_the_files_it_names_are_in_the_repository(sheet):
    assert Path(sheet["logo"]).suffix in {".svg", ".svgz", ".png"}
    assert (ROOT / sheet["logo"]).is_file()


def test_the_italian_extension_declares_only_known_keys(sheet):
    italy = sheet["it"]
    assert italy["countryExtensionVersion"] == "1.0"
    assert italy.keys() <= {"countryExtensionVersion", "conforme", "piattaforme", "riuso"}
    assert set(italy["piattaforme"]) == {"spid", "cie", "anpr", "pagopa"}
    assert all(isinstance(each, bool) for each in italy["piattaforme"].values())
