/**
 * Answer of `/api/3.0/mlflow/server-info`: the client asks it before it loads files. It keeps to plain uploads and
 * downloads as long as multipart is off.
 */
export const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  trace_archival_enabled: false,
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
  presigned_upload_run_id_supported: false,
  presigned_upload_model_id_supported: false,
  features_enabled: { gateway: false },
};
