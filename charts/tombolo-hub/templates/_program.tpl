{{/* What the program of this chart is started with, and what its pod holds for it. */}}
{{- define "tombolo-hub.args" -}}
- hub
{{- if or .Values.clusterSet.create .Values.members }}
- --declaration=/etc/tombolo/declaration/set.json
{{- end }}
{{- end }}

{{- define "tombolo-hub.volumes" -}}
{{- if or .Values.clusterSet.create .Values.members -}}
- name: declaration
  configMap:
    name: {{ include "tombolo-hub.fullname" . }}-declaration
{{- end }}
{{- end }}

{{- define "tombolo-hub.volumeMounts" -}}
{{- if or .Values.clusterSet.create .Values.members -}}
- name: declaration
  mountPath: /etc/tombolo/declaration
  readOnly: true
{{- end }}
{{- end }}

{{/* Another declaration is another pod: it is read when the program starts. */}}
{{- define "tombolo-hub.podAnnotations" -}}
tombolo.dev/declaration: {{ include "tombolo-hub.declaration" . | sha256sum | quote }}
{{- end }}

{{- define "tombolo-hub.declaration" -}}
{{- $declared := dict "members" .Values.members -}}
{{- if .Values.clusterSet.create -}}
{{- $declared = set $declared "clusterSet" .Values.clusterSet.spec -}}
{{- end -}}
{{- toPrettyJson $declared -}}
{{- end }}
