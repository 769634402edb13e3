from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. It asks nothing of the database: a restart of the web would not mend one that is down."""
    return JsonResponse({"status": "ok"})
