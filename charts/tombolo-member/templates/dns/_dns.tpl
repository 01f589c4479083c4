{{/*
The server block that answers the zone; takes [root, port]. It has no `ready`: a failure of this zone is its own.
noendpoints: imported endpoints come with a watch of their own, and the one of all EndpointSlices is for local names.
*/}}
{{- define "tombolo-member.dns.block" -}}
{{- $root := first . -}}
{{ $root.Values.dns.domain }}:{{ last . }} {
    errors
    kubernetes {{ $root.Values.dns.domain }} {
        multicluster {{ $root.Values.dns.domain }}
        noendpoints
        ttl {{ $root.Values.dns.ttl }}
    }
    cache {{ $root.Values.dns.ttl }}
    loadbalance
}
{{- end }}

{{- define "tombolo-member.dns.name" -}}
{{ include "tombolo-member.fullname" . }}-dns
{{- end }}

{{/* Other pods than the agent's: another name, or the agent's Service would find them. */}}
{{- define "tombolo-member.dns.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tombolo-member.name" . }}-dns
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "tombolo-member.dns.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "tombolo-member.dns.selectorLabels" . }}
app.kubernetes.io/component: dns
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
app.kubernetes.io/part-of: tombolo
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tombolo-member.dns.corefile" -}}
{{ .Values.dns.domain }}:1053 {
    errors
    health :8080
    ready :8181
    kubernetes {{ .Values.dns.domain }} {
        multicluster {{ .Values.dns.domain }}
        noendpoints
        ttl {{ .Values.dns.ttl }}
    }
    prometheus :9153
    cache {{ .Values.dns.ttl }}
    loadbalance
    reload
}
{{- end }}
