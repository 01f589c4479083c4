import { MEMBER, type Panel, PROGRAM } from './panels.ts';

/** Grafana's grid is 24 wide. */
const WIDTH = { figure: 6, lines: 12 };
const HEIGHT = 7;
/** Of Grafana 10; later ones migrate it. */
const SCHEMA = 39;

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** The dashboards of a chart as Grafana's JSON, by file name. */
export function dashboardsOf(chart: 'tombolo-hub' | 'tombolo-member'): ReadonlyMap<string, string> {
  const panels = chart === 'tombolo-member' ? [...MEMBER, ...PROGRAM] : PROGRAM;
  const title = chart === 'tombolo-member' ? 'Tombolo: member' : 'Tombolo: hub';
  return new Map([[`${chart}.json`, `${JSON.stringify(dashboard(chart, title, panels), undefined, 2)}\n`]]);
}

function dashboard(uid: string, title: string, panels: readonly Panel[]): object {
  return {
    uid,
    title,
    tags: ['tombolo', 'multicluster'],
    editable: true,
    schemaVersion: SCHEMA,
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} },
        variable('job', 'Job', 'label_values(tombolo_build_info, job)'),
        variable('instance', 'Instance', 'label_values(tombolo_build_info{job=~"$job"}, instance)'),
      ],
    },
    panels: placed(panels),
  };
}

function variable(name: string, label: string, query: string): object {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    current: { text: 'All', value: '$__all' },
  };
}

/** From left to right, then in the next row. */
function placed(panels: readonly Panel[]): object[] {
  let [x, y] = [0, 0];
  return panels.map((panel, index) => {
    const w = WIDTH[panel.as];
    if (x + w > 24) [x, y] = [0, y + HEIGHT];
    const gridPos = { x, y, w, h: HEIGHT };
    x += w;
    return {
      id: index + 1,
      title: panel.title,
      description: panel.description,
      type: panel.as === 'figure' ? 'stat' : 'timeseries',
      datasource: DATASOURCE,
      gridPos,
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: panel.queries.map(({ expr, legend }, query) => ({
        refId: String.fromCharCode(65 + query),
        datasource: DATASOURCE,
        expr,
        legendFormat: legend,
      })),
    };
  });
}
