"""What discovery finds: streams and fields by kind of source.

A field reads `name:type` with flags: `!` automatic, `*` selected by default, `?` unsupported.
Without a type it is a string.
"""

from __future__ import annotations

from collections.abc import Mapping

Template = Mapping[str, str]

SAAS: Mapping[str, Template] = {
    "shopify": {
        "abandoned_checkouts": "id:integer! email total_price:number updated_at:date-time!",
        "collects": "id:integer! collection_id:integer product_id:integer updated_at:date-time!",
        "custom_collections": "id:integer! handle title published_at:date-time"
        " updated_at:date-time!",
        "customers": "id:integer! email first_name last_name orders_count:integer"
        " updated_at:date-time!",
        "orders": "id:integer! email total_price:number currency line_items:array note"
        " updated_at:date-time!",
        "products": "id:integer! title vendor product_type tags updated_at:date-time!",
        "transactions": "id:integer! order_id:integer amount:number gateway created_at:date-time!",
    },
    "hubspot": {
        "campaigns": "id:integer! name appName numIncluded:integer",
        "companies": "companyId:integer! name domain lifecyclestage hs_lastmodifieddate:date-time!",
        "contacts": "vid:integer! email firstname lastname versionTime:date-time!",
        "deals": "dealId:integer! dealname amount:number dealstage hs_lastmodifieddate:date-time!",
        "owners": "ownerId:integer! email firstName lastName updatedAt:date-time!",
    },
    "google-analytics": {
        "visitor_traffic": "ga:date! ga:sessions:integer* ga:users:integer* ga:bounceRate:number"
        " ga:source",
        "site_ecommerce": "ga:date! ga:transactions:integer* ga:transactionRevenue:number"
        " ga:itemQuantity:integer",
    },
    "recurly": {
        "accounts": "id! code email state updated_at:date-time!",
        "invoices": "id! account_id number:integer total:number updated_at:date-time!",
        "subscriptions": "id! account_id plan_code state updated_at:date-time!",
    },
    "stripe": {
        "charges": "id! amount:integer currency customer status created:date-time!",
        "customers": "id! email name balance:integer created:date-time!",
        "events": "id! type api_version data:object updated:date-time!",
        "invoices": "id! customer amount_due:integer status date:date-time!",
    },
    "zendesk": {
        "organizations": "id:integer! name details updated_at:date-time!",
        "tickets": "id:integer! subject status priority requester_id:integer"
        " generated_timestamp:integer!",
        "users": "id:integer! name email role updated_at:date-time!",
    },
    "toggl": {
        "clients": "id:integer! name at:date-time!",
        "time_entries": "id:integer! description duration:integer start:date-time!",
        "workspaces": "id:integer! name premium:boolean",
    },
    "facebook": {
        "ads": "id! name status adset_id updated_time:date-time!",
        "campaigns": "id! name objective updated_time:date-time!",
    },
}

GENERIC: Template = {
    "accounts": "id! name status updated_at:date-time!",
    "events": "id! type payload:object updated_at:date-time!",
    "users": "id! email name created_at:date-time updated_at:date-time!",
}

DATABASE: Mapping[str, Template] = {
    "public": {
        "customers": "id:integer! email:varchar* name:varchar* region:varchar* location:geometry?"
        " updated_at:timestamp*",
        "orders": "id:integer! customer_id:integer* total:numeric* status:varchar*"
        " placed_at:timestamp* updated_at:timestamp*",
        "order_items": "id:integer! order_id:integer* sku:varchar* quantity:integer*",
    },
    "reporting": {
        "customer_view": "id:integer* email:varchar* lifetime_value:numeric*",
    },
}

SQL_TYPES: Mapping[str, Mapping[str, object]] = {
    "integer": {"type": ["null", "integer"]},
    "numeric": {"type": ["null", "number"]},
    "varchar": {"type": ["null", "string"]},
    "boolean": {"type": ["null", "boolean"]},
    "timestamp": {"type": ["null", "string"], "format": "date-time"},
    "geometry": {},
}

JSON_TYPES: Mapping[str, Mapping[str, object]] = {
    "date-time": {"type": ["null", "string"], "format": "date-time"},
    "integer": {"type": ["null", "integer"]},
    "number": {"type": ["null", "number"]},
    "boolean": {"type": ["null", "boolean"]},
    "array": {"type": ["null", "array"], "items": {}},
    "object": {"type": ["null", "object"], "properties": {}},
    "string": {"type": ["null", "string"]},
}

REPLICATION_KEYS = ("integer", "date-time", "timestamp")
