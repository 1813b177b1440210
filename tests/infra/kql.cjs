// Parses and binds KQL with Microsoft's own language service: [{name, query}] as JSON on stdin, what is wrong as JSON on
// stdout. The tables are Application Insights' own, as far as the queries use them.
'use strict';
const fs = require('fs');
const path = require('path');
const service = path.join(process.argv[2], 'node_modules', '@kusto', 'language-service-next');
require(path.join(service, 'bridge.js'));
require(path.join(service, 'Kusto.Language.Bridge.js'));

const TABLES = `
let traces = datatable(timestamp: datetime, message: string, severityLevel: int, operation_Name: string, operation_Id: string)[];
let requests = datatable(timestamp: datetime, name: string, success: bool, duration: real, operation_Name: string)[];
`;

const wrong = [];
for (const { name, query } of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  const found = Kusto.Language.KustoCode.ParseAndAnalyze(TABLES + query).GetDiagnostics();
  for (let i = 0; i < found.Count; i++) {
    wrong.push(`${name}: ${found.getItem(i).Severity}: ${found.getItem(i).Message}`);
  }
}
process.stdout.write(JSON.stringify(wrong));
