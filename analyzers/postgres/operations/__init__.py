"""What a migration does to a database: PostgreSQL's statements as a small closed set.

The parser's tree has some 250 kinds of nodes. Everything after it sees these few instead. Each
operation knows the part of the SQL text that asks for it (`at`, in characters of the whole text
that was parsed), so that a finding can stand on the source of just that part.
"""

from typing import TypeAlias

from analyzers.postgres.operations.columns import (
    AddColumn,
    AlterColumnType,
    DropColumn,
    DropDefault,
    DropGenerated,
    DropNotNull,
    RenameColumn,
    SetDefault,
    SetGenerated,
    SetNotNull,
)
from analyzers.postgres.operations.constraints import (
    AddConstraint,
    AlterIndex,
    CreateIndex,
    DropConstraint,
    DropIndex,
    RenameConstraint,
    RenameIndex,
    ValidateConstraint,
)
from analyzers.postgres.operations.objects import (
    FUNCTIONS,
    TYPES,
    UNTRANSACTED,
    VIEWS,
    AddEnumValue,
    AlterDomain,
    AlterObject,
    Comment,
    CreateObject,
    Details,
    DomainDetails,
    DropObject,
    FunctionDetails,
    Grant,
    MoveObject,
    ObjectKind,
    Opaque,
    RenameEnumValue,
    RenameObject,
    SequenceDetails,
    TriggerDetails,
    ViewDetails,
)
from analyzers.postgres.operations.rows import Copy, Delete, Given, Insert, Merge, Select, Update
from analyzers.postgres.operations.session import (
    ControlTransaction,
    LockTable,
    Scope,
    SetSetting,
    TransactionVerb,
)
from analyzers.postgres.operations.tables import (
    AttachPartition,
    ChangeTable,
    CreateTable,
    DetachPartition,
    DropTable,
    RenameTable,
    TableChange,
    Truncate,
)
from analyzers.postgres.operations.terms import (
    COMPUTED,
    UNKNOWN_TYPE,
    UNTOLD,
    At,
    Column,
    Constraint,
    ConstraintKind,
    Expression,
    Name,
    Range,
    Reference,
    Spelling,
    Type,
    Volatility,
)
from analyzers.postgres.operations.upkeep import Cluster, Refresh, Reindex, Vacuum

__all__ = [
    "COMPUTED",
    "FUNCTIONS",
    "TYPES",
    "UNKNOWN_TYPE",
    "UNTOLD",
    "UNTRANSACTED",
    "VIEWS",
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "AlterColumnType",
    "AlterDomain",
    "AlterIndex",
    "AlterObject",
    "At",
    "AttachPartition",
    "ChangeTable",
    "Cluster",
    "Column",
    "Comment",
    "Constraint",
    "ConstraintKind",
    "ControlTransaction",
    "Copy",
    "CreateIndex",
    "CreateObject",
    "CreateTable",
    "Delete",
    "DetachPartition",
    "Details",
    "DomainDetails",
    "DropColumn",
    "DropConstraint",
    "DropDefault",
    "DropGenerated",
    "DropIndex",
    "DropNotNull",
    "DropObject",
    "DropTable",
    "Expression",
    "FunctionDetails",
    "Given",
    "Grant",
    "Insert",
    "LockTable",
    "Merge",
    "MoveObject",
    "Name",
    "ObjectKind",
    "Opaque",
    "Operation",
    "Range",
    "Reference",
    "Refresh",
    "Reindex",
    "RenameColumn",
    "RenameConstraint",
    "RenameEnumValue",
    "RenameIndex",
    "RenameObject",
    "RenameTable",
    "Scope",
    "Select",
    "SequenceDetails",
    "SetDefault",
    "SetGenerated",
    "SetNotNull",
    "SetSetting",
    "Spelling",
    "TableChange",
    "TransactionVerb",
    "TriggerDetails",
    "Truncate",
    "Type",
    "Update",
    "Vacuum",
    "ValidateConstraint",
    "ViewDetails",
    "Volatility",
]

Operation: TypeAlias = (
    CreateTable
    | DropTable
    | RenameTable
    | Truncate
    | ChangeTable
    | AttachPartition
    | DetachPartition
    | AddColumn
    | DropColumn
    | RenameColumn
    | AlterColumnType
    | SetNotNull
    | DropNotNull
    | SetDefault
    | DropDefault
    | SetGenerated
    | DropGenerated
    | AddConstraint
    | ValidateConstraint
    | DropConstraint
    | RenameConstraint
    | CreateIndex
    | DropIndex
    | RenameIndex
    | AlterIndex
    | Insert
    | Update
    | Delete
    | Merge
    | Copy
    | Select
    | SetSetting
    | ControlTransaction
    | LockTable
    | CreateObject
    | DropObject
    | RenameObject
    | MoveObject
    | AlterObject
    | AddEnumValue
    | RenameEnumValue
    | AlterDomain
    | Comment
    | Grant
    | Opaque
    | Vacuum
    | Cluster
    | Reindex
    | Refresh
)
