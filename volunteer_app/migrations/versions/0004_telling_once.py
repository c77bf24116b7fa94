"""telling once, and what a page sends once

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

import volunteer_app.database


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('delivery',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('received_at', volunteer_app.database.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_received_at'), ['received_at'], unique=False)

    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('together', sa.String(length=32), nullable=True))


def downgrade():
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_column('together')

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_received_at'))

    op.drop_table('delivery')
