from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "heard.files"
    label = "files"
