"""Files that people send: named, recognised, looked through and stored before a record gets them.

    form field (`qms.records.forms.attachments.AttachmentsField`) → `receive` → `Received`
    `with stored(files) as kept:` → a service in its transaction → `attachments_save(files=kept)`

What a file is follows from its content, never from its name. A file is stored before the transaction
that makes its row begins, and taken away again if no row was made: a row never lacks its file, and a
rollback leaves none behind.
"""
