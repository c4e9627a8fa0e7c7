# SPDX-License-Identifier: ISC
"""spdx.py DOCUMENT DIRECTORY: is it SPDX 2.3, and true of the programs there?

The rules are those of the specification's clauses (in brackets) and of its JSON
schema for what scripts/sbom uses; any other key is an error.  The programs are
read with readelf and for the names that they give to dlopen, not through
scripts/needs.  Prints what is wrong; exit code 1 when anything is.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

faults = []


def rule(holds, text):
    if not holds:
        faults.append(text)
    return bool(holds)


def fields(what, entry, required, optional=()):
    for name in required:
        rule(name in entry, f"{what}: {name} is missing")
    for name in entry:
        rule(name in required or name in optional, f"{what}: {name} is unknown")


LICENCES = {"ISC", "MIT", "LGPL-2.1-or-later", "Apache-2.0", "curl", "Net-SNMP", "BSD-3-Clause", "OLDAP-2.8",
            "NOASSERTION", "NONE"}
RELATIONS = {"DESCRIBES", "CONTAINS", "DYNAMIC_LINK", "STATIC_LINK", "RUNTIME_DEPENDENCY_OF",
             "OPTIONAL_DEPENDENCY_OF"}
PURPOSES = {"APPLICATION", "LIBRARY"}
DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256}
ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")


def check_document(doc):
    fields("document", doc, {"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace",
                             "creationInfo", "packages", "files", "relationships"})
    rule(doc["spdxVersion"] == "SPDX-2.3", "[6.1] spdxVersion")
    rule(doc["dataLicense"] == "CC0-1.0", "[6.2] dataLicense")
    rule(doc["SPDXID"] == "SPDXRef-DOCUMENT", "[6.3] SPDXID of the document")
    rule(re.fullmatch(r"[a-z][a-z0-9+.-]*:[^#\s]+", doc["documentNamespace"]),
         "[6.5] documentNamespace is an absolute URI without #")
    info = doc["creationInfo"]
    fields("creationInfo", info, {"created", "creators"}, {"comment", "licenseListVersion"})
    rule(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", info["created"]), "[6.9] created")
    rule(info["creators"] and all(re.match(r"(Person|Organization|Tool): \S", c)
                                  for c in info["creators"]), "[6.8] creators")


def check_licences(what, entry, names):
    for name in names:
        value = entry.get(name)
        for licence in value if isinstance(value, list) else [value]:
            rule(licence in LICENCES, f"{what}: {name} {licence} is no known licence")


def check_package(package, files):
    what = package.get("name", "?")
    fields(what, package, {"SPDXID", "name", "downloadLocation", "filesAnalyzed", "versionInfo",
                           "licenseConcluded", "licenseDeclared", "copyrightText"},
           {"supplier", "packageVerificationCode", "licenseInfoFromFiles", "externalRefs",
            "primaryPackagePurpose"})
    check_licences(what, package, ["licenseConcluded", "licenseDeclared"])
    rule(package["versionInfo"] and package["versionInfo"] != "NOASSERTION", f"{what}: no version")
    rule(package.get("primaryPackagePurpose") in PURPOSES, f"[7.24] {what}: purpose")
    rule(re.match(r"(Person|Organization): \S", package.get("supplier", "Person: x")),
         f"[7.5] {what}: supplier")
    for ref in package.get("externalRefs", []):
        fields(f"{what}: externalRef", ref, {"referenceCategory", "referenceType",
                                              "referenceLocator"}, {"comment"})
        rule(ref["referenceCategory"] == "PACKAGE-MANAGER" and ref["referenceType"] == "purl",
             f"[7.21] {what}: category and type of the reference")
        rule(re.fullmatch(r"pkg:[a-z]+/([a-z0-9.+-]+/)?[A-Za-z0-9.+-]+@[^@?#+:\s]+(\?[a-z]+=[a-z0-9-]+)?",
                          ref["referenceLocator"]), f"{what}: {ref['referenceLocator']} is no purl")
    if package["filesAnalyzed"]:
        sums = sorted(c["checksumValue"] for f in files for c in f["checksums"]
                      if c["algorithm"] == "SHA1")
        code = package.get("packageVerificationCode", {}).get("packageVerificationCodeValue")
        rule(code == hashlib.sha1("".join(sums).encode()).hexdigest(),
             f"[7.9] {what}: packageVerificationCode")
        check_licences(what, package, ["licenseInfoFromFiles"])
    else:
        rule("packageVerificationCode" not in package and "licenseInfoFromFiles" not in package,
             f"[7.8] {what}: facts about files that were not analysed")


def check_file(entry, directory):
    what = entry.get("fileName", "?")
    fields(what, entry, {"SPDXID", "fileName", "checksums", "fileTypes", "licenseConcluded",
                         "licenseInfoInFiles", "copyrightText"})
    rule(what.startswith("./"), f"[8.1] {what}: a relative path begins with ./")
    rule(entry["fileTypes"] == ["BINARY"], f"[8.3] {what}: type")
    check_licences(what, entry, ["licenseConcluded", "licenseInfoInFiles"])
    algorithms = [c["algorithm"] for c in entry["checksums"]]
    rule("SHA1" in algorithms and len(set(algorithms)) == len(algorithms), f"[8.4] {what}: SHA1")
    data = (directory / what).read_bytes()
    for checksum in entry["checksums"]:
        rule(checksum["checksumValue"] == DIGESTS[checksum["algorithm"]](data).hexdigest(),
             f"{what}: {checksum['algorithm']} is that of another file")


def check_relations(doc):
    ids = [doc["SPDXID"]] + [e["SPDXID"] for e in doc["packages"] + doc["files"]]
    rule(len(ids) == len(set(ids)), "two elements have one SPDXID")
    rule(all(ID.fullmatch(i) for i in ids), "[7.2] form of an SPDXID")
    seen = set()
    for row in doc["relationships"]:
        fields("relationship", row, {"spdxElementId", "relationshipType", "relatedSpdxElement"},
               {"comment"})
        rule(row["relationshipType"] in RELATIONS, f"[11.1] {row['relationshipType']}")
        rule(row["spdxElementId"] in ids and row["relatedSpdxElement"] in ids,
             f"[11.1] {row}: no such element")
        seen |= {row["spdxElementId"], row["relatedSpdxElement"]}
    rule(seen == set(ids), f"in no relationship: {set(ids) - seen}")
    rule(sum(r["relationshipType"] == "DESCRIBES" for r in doc["relationships"]) == 1,
         "[11.1] one package is described")


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def sonames(program):
    """(linked, contained, loaded) as the program itself has them."""
    if "program interpreter" not in output("readelf", "-lW", program):
        # The names in it are those that the C library knows.
        return set(), {"libc.so.6"}, set()
    linked = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", program)))
    names = re.findall(r"^(?:lib[\w+.-]+|ld-linux[\w-]*)\.so\.[\d.]+$",
                       output("strings", "-a", program), re.M)
    return linked, set(), set(names) - linked


def check_truth(doc, directory):
    names = {e["SPDXID"]: e["name"] for e in doc["packages"]}
    for entry in doc["files"]:
        own = entry["SPDXID"]
        stated = {"DYNAMIC_LINK": set(), "STATIC_LINK": set(), "DEPENDENCY_OF": set()}
        for row in doc["relationships"]:
            ends = {row["spdxElementId"], row["relatedSpdxElement"]}
            if own in ends and row["relationshipType"] != "CONTAINS":
                kind = next(k for k in stated if row["relationshipType"].endswith(k))
                stated[kind].add(row["comment"].split(" ")[0])
                rule(ends - {own} <= names.keys(), f"{row}: no package")
        found = sonames(str(directory / entry["fileName"]))
        for kind, verb, libraries in zip(stated, ("links", "contains", "loads"), found):
            rule(stated[kind] == libraries, f"{own} {verb} {libraries}, not {stated[kind]}")
    there = {p.name for p in directory.iterdir() if re.match(r"(check_|vigil-)[a-z_-]+$", p.name)}
    rule({e["fileName"][2:] for e in doc["files"]} == there, f"the programs are {there}")


document = json.loads(pathlib.Path(sys.argv[1]).read_text())
place = pathlib.Path(sys.argv[2])
check_document(document)
for one in document["packages"]:
    check_package(one, document["files"])
for one in document["files"]:
    check_file(one, place)
check_relations(document)
check_truth(document, place)
print("\n".join(faults))
sys.exit(bool(faults))
