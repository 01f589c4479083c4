{{/* What the program of this chart is started with, and what its pod holds for it. */}}
{{- define "tombolo-member.args" -}}
- member
- --cluster-id={{ required "clusterId is missing: give the id that this cluster has under members: in the hub's values, such as --set clusterId=zzzc" .Values.clusterId }}
- --hub-kubeconfig=/etc/tombolo/hub/kubeconfig
{{- with .Values.hub.context }}
- --hub-context={{ . }}
{{- end }}
- --lease-interval={{ .Values.leaseInterval }}
{{- with .Values.namespaceSelector }}
- {{ printf "--namespace-selector=%s" . | quote }}
{{- end }}
{{- if .Values.headlessDerivedService }}
- --headless-derived-service
{{- end }}
{{- if .Values.hub.renewToken }}
- --hub-credential-secret={{ .Values.hub.existingSecret }}
{{- end }}
{{- with .Values.clustersetId }}
- --clusterset-id={{ . }}
{{- end }}
{{- with .Values.acceptClustersetUid }}
- --accept-clusterset-uid={{ . }}
{{- end }}
{{- end }}

{{/* Mounted whole: a file mounted by its own path would not follow a Secret that is rotated. */}}
{{- define "tombolo-member.volumes" -}}
- name: hub
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ required "hub.existingSecret is missing: give the Secret in the release's namespace that holds this member's credentials on the hub; `helm get notes` of the hub's release prints the commands that make it" .Values.hub.existingSecret | quote }}
          items:
            {{- if .Values.hub.url }}
            - key: {{ .Values.hub.tokenKey }}
              path: token
            - key: {{ .Values.hub.caKey }}
              path: ca.crt
            {{- else }}
            - key: {{ .Values.hub.kubeconfigKey }}
              path: kubeconfig
            {{- end }}
      {{- if .Values.hub.url }}
      - configMap:
          name: {{ include "tombolo-member.fullname" . }}-hub
      {{- end }}
{{- end }}

{{- define "tombolo-member.volumeMounts" -}}
- name: hub
  mountPath: /etc/tombolo/hub
  readOnly: true
{{- end }}

{{/* The kubeconfig is read when it changes: nothing has to start anew for it. */}}
{{- define "tombolo-member.podAnnotations" -}}
{}
{{- end }}
